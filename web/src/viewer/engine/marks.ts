// Marks on slices: which of them lie on one, how near the others are, and where to stand to see them.
import type { Vec3 } from '../../../../src/domain/geometry.ts';
import type {
  PlaneFacts,
  PlaneName,
  ScanFacts,
  ScanMark,
} from '../../../../src/server/workbench/shapes/scan.ts';
import { PLANES } from './planes.ts';

/** From a mark's first voxel to its last. */
export function spanOf(mark: ScanMark): { readonly min: Vec3; readonly max: Vec3 } {
  if (mark.kind === 'box') return { min: mark.min, max: mark.max };
  if (mark.kind === 'point') return { min: mark.at, max: mark.at };
  const low = (axis: number) => Math.min(mark.from[axis], mark.to[axis]);
  const high = (axis: number) => Math.max(mark.from[axis], mark.to[axis]);
  return { min: [low(0), low(1), low(2)], max: [high(0), high(1), high(2)] };
}

/** Slices between a mark and a slice of a plane: 0 when the mark reaches to the slice's own voxels. */
export function slicesAway(mark: ScanMark, facts: PlaneFacts, index: number): number {
  const { min, max } = spanOf(mark);
  return Math.max(0, min[facts.axis] - 0.5 - index, index - max[facts.axis] - 0.5);
}

/** How strongly a mark is drawn: 1 on its slices, 0.35 within two of them, 0 elsewhere. */
export function strengthOn(mark: ScanMark, facts: PlaneFacts, index: number): number {
  const away = slicesAway(mark, facts, index);
  return away === 0 ? 1 : away <= 1.5 ? 0.35 : 0;
}

/** The plane in which a mark is seen best, given the one that is shown: where it is flat, else the shown one. */
export function homePlane(mark: ScanMark, scan: ScanFacts, shown: PlaneName): PlaneName {
  if (mark.kind !== 'ruler') return shown;
  const across = (plane: PlaneName) => {
    const { axis } = scan.planes[plane];
    return Math.abs(mark.to[axis] - mark.from[axis]);
  };
  if (across(shown) <= 0.5) return shown;
  return [...PLANES].sort((a, b) => across(a) - across(b))[0];
}

/** Where to stand to see a mark: its home plane, and the slice and voxel in its middle. */
export function homeOf(mark: ScanMark, scan: ScanFacts, shown: PlaneName) {
  const plane = homePlane(mark, scan, shown);
  const middle = middleOfMark(mark);
  return { plane, middle, index: Math.round(middle[scan.planes[plane].axis]) };
}

/** The middle of a mark, in voxels. */
export function middleOfMark(mark: ScanMark): Vec3 {
  const { min, max } = spanOf(mark);
  return [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2];
}

/**
 * The part of a line that lies within half a slice of a plane's slice; undefined when none does. A line that runs
 * through many slices is so seen as the short piece that crosses this one.
 */
export function withinSlice(from: Vec3, to: Vec3, axis: number, index: number): [Vec3, Vec3] | undefined {
  const a = from[axis];
  const b = to[axis];
  const low = index - 0.5;
  const high = index + 0.5;
  if (Math.max(a, b) < low || Math.min(a, b) > high) return undefined;
  if (a === b) return [from, to];
  const share = (edge: number) => Math.min(1, Math.max(0, (edge - a) / (b - a)));
  const [start, end] = [share(low), share(high)].sort((p, q) => p - q);
  const at = (t: number): Vec3 => [
    from[0] + t * (to[0] - from[0]),
    from[1] + t * (to[1] - from[1]),
    from[2] + t * (to[2] - from[2]),
  ];
  return [at(start), at(end)];
}

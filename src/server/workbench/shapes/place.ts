// Where a step of a read lies in the scan, and what the viewer is told once it knows the scan's geometry.
import * as z from 'zod';
import { invert, type Vec3, voxelToWorld } from '../../../domain/geometry.ts';
import { lesionStructures, partStructures, structureOf } from '../../../domain/structures.ts';
import {
  displayWindow,
  type PlaneFacts,
  plane,
  type ScanFacts,
  type ScanMark,
  type ViewFocus,
} from './scan.ts';

/**
 * What coordinates count: "voxel" indices of the scan (centres are whole), RAS+ "mm", or "pixel": x, y of the slice
 * that is shown, from its upper left corner (the first pixel's centre lies at 0.5, 0.5).
 */
export const placeFrame = z.enum(['voxel', 'mm', 'pixel']);

/** A mark of the annotation or of the reader. */
export const placedMark = z.object({
  kind: z.enum(['ruler', 'box', 'point']),
  frame: placeFrame,
  /** One point, or two: ends of a ruler, opposite corners of a box. */
  points: z.array(z.array(z.number()).min(2).max(3)).min(1).max(2),
  label: z.string(),
  by: z.enum(['gold', 'reader']),
});
export type PlacedMark = z.infer<typeof placedMark>;

/** Where the viewer is to stand for a step. */
export const place = z.object({
  plane,
  /** Slice; null where only a point is known (`through`). */
  index: z.number().int().nullable(),
  /** RAS+ mm. */
  through: z.tuple([z.number(), z.number(), z.number()]).optional(),
  window: displayWindow.optional(),
  /** What is looked at: organs, parts, lesions, vessels. */
  structures: z.array(z.string()).optional(),
  marks: z.array(placedMark),
});
export type Place = z.infer<typeof place>;

export interface PlacedView {
  readonly focus: ViewFocus;
  /** Marks of the reader, drawn apart from the annotation's in `focus`. */
  readonly reader: readonly ScanMark[];
}

/** The viewer's focus for a place in this scan. Marks that do not fit its geometry are left out. */
export function viewOf(where: Place, facts: ScanFacts): PlacedView {
  const shown = facts.planes[where.plane];
  const toVoxel = invert(facts.affine);
  const middle = Math.floor(shown.count / 2);
  const wanted =
    where.index ??
    (where.through === undefined || toVoxel === undefined
      ? middle
      : Math.round(voxelToWorld(toVoxel, where.through)[shown.axis]));
  const index = Math.min(shown.count - 1, Math.max(0, wanted));
  const marksBy = (by: PlacedMark['by']) =>
    where.marks.filter((mark) => mark.by === by).flatMap((mark) => scanMarkOf(mark, index, shown, facts));
  const structures = where.structures && inScan(where.structures, facts);
  return {
    focus: {
      plane: where.plane,
      index,
      ...(where.window === undefined ? {} : { window: where.window }),
      ...(structures === undefined ? {} : { structures }),
      marks: marksBy('gold'),
    },
    reader: marksBy('reader'),
  };
}

/**
 * Structures under the names by which the scan's masks have them: an organ is its own mask with its parts and lesions,
 * a union ("kidney_lesion") is the kinds that are drawn.
 */
export function inScan(wanted: readonly string[], { structures }: Pick<ScanFacts, 'structures'>): string[] {
  const drawn = new Set(structures.map(({ structure }) => structure));
  const names = wanted.flatMap((name) => {
    const known = structureOf(name);
    if (known === undefined || known.kind === 'lesion') return [name, ...kindsOf(name)];
    // A lesion's voxels were taken out of its organ where one map holds both.
    const own = drawn.has(name) ? [] : partStructures(name);
    return [name, ...own, ...(known.kind === 'organ' ? lesionStructures(name) : [])];
  });
  return [...new Set(names)].filter((name) => drawn.has(name));
}

/** The kinds that a union of lesions stands for; none for a kind. */
function kindsOf(name: string): string[] {
  const parent = structureOf(name)?.parent;
  const [union, ...kinds] = parent === undefined ? [] : lesionStructures(parent);
  return name === union ? kinds : [];
}

function scanMarkOf(mark: PlacedMark, index: number, shown: PlaneFacts, facts: ScanFacts): ScanMark[] {
  const points = mark.points.map((point) => voxelOf(point, mark.frame, index, shown, facts));
  const [a, b] = points;
  const { label } = mark;
  if (a === undefined || (points.length === 2 && b === undefined)) return [];
  if (mark.kind === 'point') return [{ kind: 'point', at: a, label }];
  if (b === undefined) return [];
  if (mark.kind === 'ruler') return [{ kind: 'ruler', from: a, to: b, label }];
  // Corners in pixels are edges: the box goes over the pixels between them.
  const inset = mark.frame === 'pixel' ? 0.5 : 0;
  const min = cornerOf(a, b, Math.min, shown.axis, inset);
  return [{ kind: 'box', min, max: cornerOf(a, b, Math.max, shown.axis, -inset), label }];
}

type Corner = [number, number, number];

function cornerOf(
  a: Vec3,
  b: Vec3,
  pick: (p: number, q: number) => number,
  normal: number,
  by: number,
): Corner {
  const at = (axis: number) => pick(a[axis], b[axis]) + (axis === normal ? 0 : by);
  return [at(0), at(1), at(2)];
}

function voxelOf(
  point: readonly number[],
  frame: PlacedMark['frame'],
  index: number,
  shown: PlaneFacts,
  { affine }: ScanFacts,
): Corner | undefined {
  const [x, y, z] = point;
  if (frame === 'pixel') {
    const voxel: Corner = [index, index, index];
    voxel[shown.columns.axis] = shown.columns.forward ? x - 0.5 : shown.width - 0.5 - x;
    voxel[shown.rows.axis] = shown.rows.forward ? y - 0.5 : shown.height - 0.5 - y;
    return voxel;
  }
  if (z === undefined) return undefined;
  if (frame === 'voxel') return [x, y, z];
  const inverse = invert(affine);
  if (inverse === undefined) return undefined;
  const [i, j, k] = voxelToWorld(inverse, [x, y, z]);
  return [i, j, k];
}

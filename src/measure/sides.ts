// Left and right of a paired organ: whose side a lesion is on, and both kidneys out of one "kidney" label.
import { type Grid, type Vec3, voxelToWorld, voxelVolume } from '../domain/geometry.ts';
import { components26 } from './components.ts';
import { contactArea } from './contact.ts';
import { boxTree, smallestGap } from './gap.ts';
import { centroidOf, overlapCount, type RunSet, unionAll } from './runs.ts';

/** A component with less kidney tissue than this (mm³) is a fragment, not a kidney. */
const SMALLEST_KIDNEY_MM3 = 5000;
/** Kidneys of one patient lie at least this far apart from side to side (mm between centroids). */
const SMALLEST_SEPARATION_MM = 30;

export interface Sides {
  readonly left: RunSet;
  readonly right: RunSet;
}

/** Index of the side a mask belongs to: most overlap, else smallest gap, else most contact. */
export function sideOf(mask: RunSet, sides: readonly RunSet[], grid: Grid): number {
  const overlap = sides.map((side) => overlapCount(mask, side));
  if (overlap.some((n) => n > 0)) return overlap.indexOf(Math.max(...overlap));
  const tree = boxTree(mask);
  const gap = sides.map((side) => smallestGap(tree, boxTree(side), grid));
  const nearest = Math.min(...gap);
  if (gap.filter((g) => g === nearest).length === 1) return gap.indexOf(nearest);
  const contact = sides.map((side) => contactArea(mask, side, grid));
  return contact.indexOf(Math.max(...contact));
}

/** Adds each 26-connected lesion to the side it belongs to. */
export function assignToSides({ left, right }: Sides, lesions: RunSet, grid: Grid): Sides {
  const parts: [RunSet[], RunSet[]] = [[left], [right]];
  if (left.start.length > 0 || right.start.length > 0)
    for (const { runs } of components26(lesions).components)
      parts[sideOf(runs, [left, right], grid)].push(runs);
  return { left: unionAll(parts[0], grid.shape), right: unionAll(parts[1], grid.shape) };
}

/**
 * Splits `whole` (kidneys with their lesions) into the patient's left and right, or returns undefined when there are
 * not two kidneys apart from side to side. Fragments and free lesions go to the nearer kidney.
 * @param tissue the kidney label alone: it tells a kidney from a free lesion.
 */
export function deriveSides(whole: RunSet, tissue: RunSet, grid: Grid): Sides | undefined {
  const mm3 = voxelVolume(grid);
  const x = (runs: RunSet): number => voxelToWorld(grid.affine, centroidOf(runs) as Vec3)[0];
  const kidneys: { runs: RunSet; x: number }[] = [];
  const fragments: RunSet[] = [];
  for (const { runs } of components26(whole).components)
    if (overlapCount(runs, tissue) * mm3 >= SMALLEST_KIDNEY_MM3) kidneys.push({ runs, x: x(runs) });
    else fragments.push(runs);
  kidneys.sort((a, b) => a.x - b.x);
  let cut = 0;
  for (let c = 1; c < kidneys.length; c++)
    if (cut === 0 || kidneys[c].x - kidneys[c - 1].x > kidneys[cut].x - kidneys[cut - 1].x) cut = c;
  if (cut === 0 || kidneys[cut].x - kidneys[cut - 1].x < SMALLEST_SEPARATION_MM) return undefined;
  // RAS+: x grows towards the patient's right.
  const groups: [RunSet[], RunSet[]] = [[], []];
  kidneys.forEach(({ runs }, c) => {
    groups[c < cut ? 0 : 1].push(runs);
  });
  const [left, right] = groups.map((group) => unionAll(group, grid.shape));
  const sides = [left, right];
  for (const runs of fragments) groups[sideOf(runs, sides, grid)].push(runs);
  return { left: unionAll(groups[0], grid.shape), right: unionAll(groups[1], grid.shape) };
}

// Where a lesion lies: parts of its organ that it overlaps, structures it touches, gaps to vessels and organs.
import type { Grid } from '../domain/geometry.ts';
import type { StructureId } from '../domain/structures.ts';
import { contactArea } from './contact.ts';
import { type BoxTree, boxTree, smallestGap } from './gap.ts';
import type { Region } from './regions.ts';
import { type Bounds, boundsOf, overlapCount, type RunSet } from './runs.ts';

/** A region with what relations need of it, made once per case. */
export interface Neighbour {
  readonly region: Region;
  readonly bounds: Bounds;
  tree(): BoxTree;
}

export function neighboursOf(regions: readonly Region[]): Neighbour[] {
  return regions.flatMap((region) => {
    const bounds = boundsOf(region.runs);
    if (bounds === undefined) return [];
    let tree: BoxTree | undefined;
    return [
      {
        region,
        bounds,
        tree: () => {
          tree ??= boxTree(region.runs);
          return tree;
        },
      },
    ];
  });
}

/** The organ, its parts and its lesions: relations are taken to everything else. */
export function isFamily(region: Region, organ: StructureId | undefined): boolean {
  return organ !== undefined && (region.structure === organ || region.parent === organ);
}

/** What a lesion can border on: not another lesion, and not the body that holds everything. */
export function isNeighbour(region: Region): boolean {
  return region.kind !== 'lesion' && region.structure !== 'body';
}

function near(a: Bounds, b: Bounds): boolean {
  return [0, 1, 2].every((axis) => a.min[axis] <= b.max[axis] + 1 && b.min[axis] <= a.max[axis] + 1);
}

export interface PartShare {
  readonly structure: StructureId;
  readonly fraction: number;
}

/**
 * Parts of the organ that a lesion lies in, largest share first.
 * "overlap": share of its voxels within labelled parts. Where lesions are cut out of the parts there is none, and the
 * share of its contact area with them is taken ("contact"), or the nearest part ("nearest").
 */
export function locationOf(
  lesion: RunSet,
  bounds: Bounds,
  parts: readonly Neighbour[],
  grid: Grid,
): { shares: PartShare[]; method: 'overlap' | 'contact' | 'nearest' } {
  const shareOut = (amounts: readonly number[]): PartShare[] => {
    const total = amounts.reduce((sum, n) => sum + n, 0);
    return parts
      .map(({ region }, p) => ({
        structure: region.structure,
        fraction: total === 0 ? 0 : amounts[p] / total,
      }))
      .filter(({ fraction }) => fraction > 0)
      .sort((a, b) => b.fraction - a.fraction);
  };
  const inside = shareOut(
    parts.map((part) => (near(bounds, part.bounds) ? overlapCount(lesion, part.region.runs) : 0)),
  );
  if (inside.length > 0) return { shares: inside, method: 'overlap' };
  const beside = shareOut(
    parts.map((part) => (near(bounds, part.bounds) ? contactArea(lesion, part.region.runs, grid) : 0)),
  );
  if (beside.length > 0 || parts.length === 0) return { shares: beside, method: 'contact' };
  const tree = boxTree(lesion);
  const gaps = parts.map((part) => smallestGap(tree, part.tree(), grid));
  const nearest = parts[gaps.indexOf(Math.min(...gaps))];
  return { shares: [{ structure: nearest.region.structure, fraction: 1 }], method: 'nearest' };
}

/** Structures that share voxel faces with a lesion, largest contact area first. */
export function adjacentTo(
  lesion: RunSet,
  bounds: Bounds,
  others: readonly Neighbour[],
  grid: Grid,
): { structure: StructureId; areaMm2: number }[] {
  return others
    .filter((other) => near(bounds, other.bounds))
    .map((other) => ({
      structure: other.region.structure,
      areaMm2: contactArea(lesion, other.region.runs, grid),
    }))
    .filter(({ areaMm2 }) => areaMm2 > 0)
    .sort((a, b) => b.areaMm2 - a.areaMm2);
}

/** Smallest gap in mm to each other structure, nearest first. */
export function gapsTo(
  lesion: RunSet,
  others: readonly Neighbour[],
  grid: Grid,
): { structure: StructureId; mm: number }[] {
  const tree = boxTree(lesion);
  return others
    .map((other) => ({ structure: other.region.structure, mm: smallestGap(tree, other.tree(), grid) }))
    .sort((a, b) => a.mm - b.mm);
}

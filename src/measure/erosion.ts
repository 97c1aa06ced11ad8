// Whether anything is left of a mask after one 3 × 3 × 3 erosion.
import { boundsOf, type RunSet, rowIndexOf } from './runs.ts';

/** True when some voxel has all 26 neighbours in the mask. */
export function survivesErosion(runs: RunSet): boolean {
  const bounds = boundsOf(runs);
  if (bounds === undefined) return false;
  const { height, depth, first, j0, k0 } = rowIndexOf(runs, bounds);
  const [ni, nj] = runs.shape;
  /** Runs of a row as columns. */
  const columns = (y: number, z: number): [number, number][] => {
    const row = z * height + y;
    const base = ((z + k0) * nj + (y + j0)) * ni;
    const out: [number, number][] = [];
    for (let r = first[row]; r < first[row + 1]; r++) out.push([runs.start[r] - base, runs.end[r] - base]);
    return out;
  };
  for (let z = 1; z < depth - 1; z++)
    for (let y = 1; y < height - 1; y++) {
      let common = columns(y, z);
      for (let dz = -1; dz <= 1 && common.length > 0; dz++)
        for (let dy = -1; dy <= 1 && common.length > 0; dy++)
          if (dy !== 0 || dz !== 0) common = meet(common, columns(y + dy, z + dz));
      if (common.some(([from, to]) => to - from >= 3)) return true;
    }
  return false;
}

/** Intersection of two sorted interval lists, keeping those of at least three voxels. */
function meet(a: readonly [number, number][], b: readonly [number, number][]): [number, number][] {
  const out: [number, number][] = [];
  let p = 0;
  let q = 0;
  while (p < a.length && q < b.length) {
    const from = Math.max(a[p][0], b[q][0]);
    const to = Math.min(a[p][1], b[q][1]);
    if (to - from >= 3) out.push([from, to]);
    if (a[p][1] < b[q][1]) p++;
    else q++;
  }
  return out;
}

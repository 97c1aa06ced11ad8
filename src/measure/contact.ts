// How two masks meet: shared voxel faces, and the smallest gap between them.
import type { Grid } from '../domain/geometry.ts';
import { type RunSet, rowIndexOf, subtract } from './runs.ts';

/** Area in mm² of a voxel face across each voxel axis. */
export function faceAreas({ affine: a }: Grid): [number, number, number] {
  const cross = (p: number, q: number): number =>
    Math.hypot(
      a[4 + p] * a[8 + q] - a[8 + p] * a[4 + q],
      a[8 + p] * a[q] - a[p] * a[8 + q],
      a[p] * a[4 + q] - a[4 + p] * a[q],
    );
  return [cross(1, 2), cross(0, 2), cross(0, 1)];
}

/** Area in mm² of the voxel faces between `a` and the voxels of `b` outside `a`. */
export function contactArea(a: RunSet, b: RunSet, grid: Grid): number {
  const other = subtract(b, a);
  if (a.start.length === 0 || other.start.length === 0) return 0;
  const [ni, nj] = a.shape;
  const faces = faceAreas(grid);
  const ia = rowIndexOf(a);
  const ib = rowIndexOf(other);
  let onI = 0;
  let onJ = 0;
  let onK = 0;
  const rowOfB = (j: number, k: number): number => {
    const y = j - ib.j0;
    const z = k - ib.k0;
    return y < 0 || z < 0 || y >= ib.height || z >= ib.depth ? -1 : z * ib.height + y;
  };
  // Columns that a row of `a` shares with a neighbouring row of `b`.
  const shared = (rowA: number, rowB: number, shift: number): number => {
    let n = 0;
    let p = ia.first[rowA];
    let q = ib.first[rowB];
    while (p < ia.first[rowA + 1] && q < ib.first[rowB + 1]) {
      const from = Math.max(a.start[p], other.start[q] + shift);
      const to = Math.min(a.end[p], other.end[q] + shift);
      if (from < to) n += to - from;
      if (a.end[p] < other.end[q] + shift) p++;
      else q++;
    }
    return n;
  };
  for (let z = 0; z < ia.depth; z++)
    for (let y = 0; y < ia.height; y++) {
      const row = z * ia.height + y;
      if (ia.first[row] === ia.first[row + 1]) continue;
      const j = y + ia.j0;
      const k = z + ia.k0;
      const same = rowOfB(j, k);
      if (same >= 0) onI += endsThatMeet(a, ia.first, row, other, ib.first, same);
      for (const step of [-1, 1]) {
        const beside = rowOfB(j + step, k);
        if (beside >= 0) onJ += shared(row, beside, -step * ni);
        const above = rowOfB(j, k + step);
        if (above >= 0) onK += shared(row, above, -step * ni * nj);
      }
    }
  return onI * faces[0] + onJ * faces[1] + onK * faces[2];
}

function endsThatMeet(
  a: RunSet,
  firstA: Int32Array,
  rowA: number,
  b: RunSet,
  firstB: Int32Array,
  rowB: number,
): number {
  let n = 0;
  let p = firstA[rowA];
  let q = firstB[rowB];
  while (p < firstA[rowA + 1] && q < firstB[rowB + 1]) {
    if (a.end[p] === b.start[q] || b.end[q] === a.start[p]) n++;
    if (a.end[p] < b.end[q]) p++;
    else q++;
  }
  return n;
}

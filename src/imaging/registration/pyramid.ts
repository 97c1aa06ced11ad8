// Coarser versions of an image for registration: means over blocks of voxels, then a light smoothing.
import { type Grid, gridOf, type Vec3 } from '../../domain/geometry.ts';
import type { VoxelArray } from '../../domain/volume.ts';

export interface FloatImage {
  readonly grid: Grid;
  readonly data: Float32Array;
}

/** Means over blocks of `by` voxels along each axis; a last partial block is the mean of what it has. */
export function shrunk(image: { readonly grid: Grid; readonly data: VoxelArray }, by: Vec3): FloatImage {
  if (image.data instanceof Float32Array && by.every((n) => n === 1))
    return { grid: image.grid, data: image.data };
  const { grid, data } = image;
  const [ni, nj, nk] = grid.shape;
  const shape = grid.shape.map((n, axis) => Math.ceil(n / by[axis])) as unknown as Vec3;
  const sums = new Float64Array(shape[0] * shape[1] * shape[2]);
  const counts = new Uint32Array(sums.length);
  const column = Uint32Array.from({ length: ni }, (_, i) => Math.floor(i / by[0]));
  for (let k = 0, from = 0; k < nk; k++)
    for (let j = 0; j < nj; j++) {
      const row = (Math.floor(k / by[2]) * shape[1] + Math.floor(j / by[1])) * shape[0];
      for (let i = 0; i < ni; i++, from++) {
        sums[row + column[i]] += data[from];
        counts[row + column[i]]++;
      }
    }
  const affine = [...grid.affine];
  for (let r = 0; r < 3; r++)
    for (let axis = 0; axis < 3; axis++) {
      affine[r * 4 + 3] += (grid.affine[r * 4 + axis] * (by[axis] - 1)) / 2;
      affine[r * 4 + axis] = grid.affine[r * 4 + axis] * by[axis];
    }
  return { grid: gridOf(shape, affine), data: Float32Array.from(sums, (sum, at) => sum / counts[at]) };
}

/** Weights 1 2 1 along each axis that has several voxels; beyond the border the border's value counts. */
export function smoothed({ grid, data }: FloatImage): FloatImage {
  const strides = [1, grid.shape[0], grid.shape[0] * grid.shape[1]];
  let now = data;
  for (const axis of [0, 1, 2]) {
    const n = grid.shape[axis];
    if (n < 2) continue;
    const next = new Float32Array(now.length);
    const stride = strides[axis];
    for (let at = 0; at < now.length; at++) {
      const index = Math.floor(at / stride) % n;
      const before = index === 0 ? now[at] : now[at - stride];
      const after = index === n - 1 ? now[at] : now[at + stride];
      next[at] = (before + 2 * now[at] + after) / 4;
    }
    now = next;
  }
  return { grid, data: now };
}

/**
 * Block sizes of every level, the coarsest first: at the finest at most `finest` voxels, each coarser one about
 * half as fine until an axis would be shorter than 16 voxels. Voxels are brought towards one size first.
 */
export function levelsOf(grid: Grid, finest: number): Vec3[] {
  const flat = grid.shape.map((n) => n === 1);
  const spacing = grid.spacing.map((mm, axis) => (flat[axis] ? Infinity : mm));
  const blocks = (millimetres: number): Vec3 =>
    spacing.map((mm) => (mm === Infinity ? 1 : Math.max(1, Math.round(millimetres / mm)))) as unknown as Vec3;
  const sizeOf = (by: Vec3) => by.map((n, axis) => Math.ceil(grid.shape[axis] / n));
  const voxels = (by: Vec3) => sizeOf(by).reduce((product, n) => product * n, 1);
  let millimetres = Math.min(...spacing);
  while (voxels(blocks(millimetres)) > finest) millimetres *= 1.1;
  const levels = [blocks(millimetres)];
  for (;;) {
    millimetres *= 2;
    const coarser = blocks(millimetres);
    if (sizeOf(coarser).some((n, axis) => !flat[axis] && n < 16 && coarser[axis] > 1)) break;
    levels.unshift(coarser);
    if (levels.length === 6) break;
  }
  return levels;
}

// Closest RAS order: axes permuted and flipped so that i runs right, j anterior, k superior. Lossless.
import { type Affine, type Grid, gridOf, orientationOf, type Vec3 } from '../domain/geometry.ts';
import type { VoxelArray } from '../domain/volume.ts';

/** A new array of the same type. */
export function sameType<T extends VoxelArray>(data: T, length: number): T {
  return new (data.constructor as new (length: number) => T)(length);
}

/**
 * Puts voxels into the order closest to RAS. The world position of every voxel is kept: only indices change, so an
 * oblique grid stays oblique. A grid already in RAS order returns the same arrays.
 */
export function toRas<T extends VoxelArray>(grid: Grid, data: T): { grid: Grid; data: T } {
  const { axis, sign } = orientationOf(grid.affine);
  if (axis.every((world, voxel) => world === voxel) && sign.every((s) => s > 0)) return { grid, data };
  const rasGrid = rasGridOf(grid);
  const strides = [1, grid.shape[0], grid.shape[0] * grid.shape[1]];
  // For each new axis: where it starts in the old array, and how far one step goes.
  let start = 0;
  const step = [0, 1, 2].map((world) => {
    const voxel = axis.indexOf(world);
    if (sign[voxel] < 0) start += (grid.shape[voxel] - 1) * strides[voxel];
    return sign[voxel] * strides[voxel];
  });
  return { grid: rasGrid, data: gather(data, rasGrid.shape, start, step) };
}

/** The grid that toRas gives, without voxels. */
export function rasGridOf(grid: Grid): Grid {
  const { axis, sign } = orientationOf(grid.affine);
  const shape = [0, 1, 2].map((world) => grid.shape[axis.indexOf(world)]) as unknown as Vec3;
  const affine = new Array<number>(16).fill(0);
  affine[15] = 1;
  for (let row = 0; row < 3; row++) {
    let origin = grid.affine[row * 4 + 3];
    for (let world = 0; world < 3; world++) {
      const voxel = axis.indexOf(world);
      const column = grid.affine[row * 4 + voxel];
      // Adding 0 turns −0 into 0.
      affine[row * 4 + world] = sign[voxel] * column + 0;
      if (sign[voxel] < 0) origin += (grid.shape[voxel] - 1) * column;
    }
    affine[row * 4 + 3] = origin;
  }
  return gridOf(shape, affine satisfies Affine);
}

/** Copies out[i, j, k] = data[start + i·step0 + j·step1 + k·step2]. */
function gather<T extends VoxelArray>(data: T, shape: Vec3, start: number, step: readonly number[]): T {
  const [ni, nj, nk] = shape;
  const [si, sj, sk] = step;
  const out = sameType(data, data.length);
  let to = 0;
  // When the source's fastest axis is not the result's, walking plane by plane in tiles keeps both in cache.
  if (Math.abs(si) === 1 || ni === 1) {
    for (let k = 0; k < nk; k++)
      for (let j = 0; j < nj; j++) {
        let from = start + k * sk + j * sj;
        for (let i = 0; i < ni; i++, from += si) out[to++] = data[from];
      }
    return out;
  }
  const TILE = 64;
  const outer = Math.abs(sj) === 1 ? 1 : 2;
  const n = [ni, nj, nk];
  const strides = [1, ni, ni * nj];
  const other = 3 - outer;
  for (let o = 0; o < n[other]; o++)
    for (let i0 = 0; i0 < ni; i0 += TILE)
      for (let f0 = 0; f0 < n[outer]; f0 += TILE) {
        const i1 = Math.min(ni, i0 + TILE);
        const f1 = Math.min(n[outer], f0 + TILE);
        for (let f = f0; f < f1; f++) {
          let from = start + o * step[other] + f * step[outer] + i0 * si;
          to = o * strides[other] + f * strides[outer] + i0;
          for (let i = i0; i < i1; i++, from += si) out[to++] = data[from];
        }
      }
  return out;
}

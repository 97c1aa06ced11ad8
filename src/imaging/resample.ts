// Voxels of one grid read at the centres of another: nearest neighbour or trilinear.
import { OverreadError } from '../domain/errors.ts';
import { compose, type Grid, gridOf, invert, type Vec3 } from '../domain/geometry.ts';
import type { VoxelArray } from '../domain/volume.ts';
import { sameType } from './canonical.ts';

export type Interpolation = 'nearest' | 'linear';

/** What can be resampled: a Volume, a label layer with its grid, a bare grid with voxels. */
export interface Voxels {
  readonly grid: Grid;
  readonly data: VoxelArray;
}

export interface ResampleOptions {
  /** Value outside the source. Default 0 for label maps; give −1024 for CT. */
  readonly outside?: number;
}

/**
 * Resamples onto `grid`; the other members of `from` (units, source …) are kept.
 * Voxel centres are aligned through both affines. A centre within half a voxel beyond the first or last centre
 * takes the border's value; further out it takes `outside`. Integer arrays stay of their type and linear values are
 * rounded to the nearest, halves up.
 * Throws `geometry-invalid` when the source's affine cannot be inverted.
 */
export function resample<V extends Voxels>(
  from: V,
  grid: Grid,
  interpolation: Interpolation,
  options: ResampleOptions = {},
): V {
  const inverse = invert(from.grid.affine);
  if (inverse === undefined)
    throw new OverreadError(
      'geometry-invalid',
      'The affine of the image cannot be inverted: write its geometry again.',
    );
  // Index in the result to (fractional) index in the source.
  const map = snapped(compose(inverse, grid.affine), from.grid.shape, grid.shape);
  const out = sameType(from.data, grid.shape[0] * grid.shape[1] * grid.shape[2]);
  const outside = options.outside ?? 0;
  if (outside !== 0) out.fill(outside);
  const separable = [0, 1, 2].every((row) =>
    [0, 1, 2].every((column) => row === column || map[row * 4 + column] === 0),
  );
  if (separable && interpolation === 'nearest') nearestByAxis(from, grid.shape, map, out);
  else if (separable) linearByAxis(from, grid.shape, map, out);
  else anyOrientation(from, grid.shape, map, out, interpolation);
  return { ...from, grid, data: out };
}

/** Matrix entries that rounding alone made non-zero, or not whole, are put right: they must not move a voxel. */
function snapped(map: readonly number[], source: Vec3, target: Vec3): number[] {
  const reach = Math.max(...source, ...target);
  return map.map((value) => {
    const whole = Math.round(value);
    return Math.abs(value - whole) * reach < 1e-5 ? whole : value;
  });
}

/** Source index and weight of its upper neighbour for every index along one axis; −1 where outside. */
function axisTable(n: number, size: number, scale: number, shift: number) {
  const lower = new Int32Array(n);
  const weight = new Float64Array(n);
  for (let index = 0; index < n; index++) {
    const at = scale * index + shift;
    if (at < -0.5 || at > size - 0.5) {
      lower[index] = -1;
      continue;
    }
    const inside = Math.min(Math.max(at, 0), size - 1);
    const base = Math.floor(inside);
    lower[index] = base;
    weight[index] = inside - base;
  }
  return { lower, weight };
}

/** Nearest source index along one axis; a centre exactly between two takes the higher. */
function nearestTable(n: number, size: number, scale: number, shift: number): Int32Array {
  const table = new Int32Array(n);
  for (let index = 0; index < n; index++) {
    const at = scale * index + shift;
    table[index] = at < -0.5 || at > size - 0.5 ? -1 : Math.min(size - 1, Math.max(0, Math.floor(at + 0.5)));
  }
  return table;
}

function nearestByAxis(from: Voxels, shape: Vec3, map: readonly number[], out: VoxelArray): void {
  const [ni, nj] = from.grid.shape;
  const tables = [0, 1, 2].map((axis) =>
    nearestTable(shape[axis], from.grid.shape[axis], map[axis * 5], map[axis * 4 + 3]),
  );
  const [ti, tj, tk] = tables;
  const { data } = from;
  for (let k = 0, to = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++) {
      if (tk[k] < 0 || tj[j] < 0) {
        to += shape[0];
        continue;
      }
      const row = (tk[k] * nj + tj[j]) * ni;
      for (let i = 0; i < shape[0]; i++, to++) if (ti[i] >= 0) out[to] = data[row + ti[i]];
    }
}

function linearByAxis(from: Voxels, shape: Vec3, map: readonly number[], out: VoxelArray): void {
  const [si, sj, sk] = from.grid.shape;
  const x = axisTable(shape[0], si, map[0], map[3]);
  const y = axisTable(shape[1], sj, map[5], map[7]);
  const z = axisTable(shape[2], sk, map[10], map[11]);
  const { data } = from;
  const round = !(out instanceof Float32Array || out instanceof Float64Array);
  const row = new Float64Array(si);
  for (let k = 0, to = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++) {
      if (z.lower[k] < 0 || y.lower[j] < 0) {
        to += shape[0];
        continue;
      }
      // The row between four source rows first, then along it: 3 multiplications fewer per voxel.
      const base = (z.lower[k] * sj + y.lower[j]) * si;
      const wy = y.weight[j];
      const wz = z.weight[k];
      // A neighbour of weight 0 must not be read: it may be NaN, or beyond the last voxel.
      const up = wy === 0 ? 0 : si;
      const on = wz === 0 ? 0 : si * sj;
      if (wy === 0 && wz === 0) for (let i = 0; i < si; i++) row[i] = data[base + i];
      else
        for (let i = 0, at = base; i < si; i++, at++) {
          const near = data[at] + wy * (data[at + up] - data[at]);
          const far = data[at + on] + wy * (data[at + on + up] - data[at + on]);
          row[i] = near + wz * (far - near);
        }
      for (let i = 0; i < shape[0]; i++, to++) {
        const at = x.lower[i];
        if (at < 0) continue;
        const w = x.weight[i];
        const value = w === 0 ? row[at] : row[at] + w * (row[at + 1] - row[at]);
        out[to] = round ? Math.floor(value + 0.5) : value;
      }
    }
}

function anyOrientation(
  from: Voxels,
  shape: Vec3,
  map: readonly number[],
  out: VoxelArray,
  interpolation: Interpolation,
): void {
  const [si, sj, sk] = from.grid.shape;
  const { data } = from;
  const linear = interpolation === 'linear';
  const round = !(out instanceof Float32Array || out instanceof Float64Array);
  for (let k = 0, to = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++) {
      const x0 = map[1] * j + map[2] * k + map[3];
      const y0 = map[5] * j + map[6] * k + map[7];
      const z0 = map[9] * j + map[10] * k + map[11];
      for (let i = 0; i < shape[0]; i++, to++) {
        const x = map[0] * i + x0;
        const y = map[4] * i + y0;
        const z = map[8] * i + z0;
        if (x < -0.5 || y < -0.5 || z < -0.5 || x > si - 0.5 || y > sj - 0.5 || z > sk - 0.5) continue;
        if (!linear) {
          const a = Math.min(si - 1, Math.floor(x + 0.5));
          const b = Math.min(sj - 1, Math.floor(y + 0.5));
          const c = Math.min(sk - 1, Math.floor(z + 0.5));
          out[to] = data[(c * sj + b) * si + a];
          continue;
        }
        const cx = x < 0 ? 0 : x > si - 1 ? si - 1 : x;
        const cy = y < 0 ? 0 : y > sj - 1 ? sj - 1 : y;
        const cz = z < 0 ? 0 : z > sk - 1 ? sk - 1 : z;
        const a = Math.floor(cx);
        const b = Math.floor(cy);
        const c = Math.floor(cz);
        const wx = cx - a;
        const wy = cy - b;
        const wz = cz - c;
        // No step towards a neighbour of weight 0: it may be NaN, or beyond the last voxel.
        const di = wx === 0 ? 0 : 1;
        const dj = wy === 0 ? 0 : si;
        const dk = wz === 0 ? 0 : si * sj;
        const at = (c * sj + b) * si + a;
        const p = data[at] + wx * (data[at + di] - data[at]);
        const q = data[at + dj] + wx * (data[at + dj + di] - data[at + dj]);
        const r = data[at + dk] + wx * (data[at + dk + di] - data[at + dk]);
        const s = data[at + dk + dj] + wx * (data[at + dk + dj + di] - data[at + dk + dj]);
        const near = p + wy * (q - p);
        const far = r + wy * (s - r);
        const value = near + wz * (far - near);
        out[to] = round ? Math.floor(value + 0.5) : value;
      }
    }
}

/**
 * The grid of cubic voxels of `millimetres` that covers the same box as `grid`, in its orientation: outer faces of
 * the first voxels coincide, and each axis has round(size · spacing / mm) voxels, at least one.
 */
export function isotropicGrid(grid: Grid, millimetres = 1): Grid {
  const ratio = grid.spacing.map((size) => millimetres / size);
  const shape = grid.shape.map((n, axis) => Math.max(1, Math.round(n / ratio[axis]))) as unknown as Vec3;
  const affine = [...grid.affine];
  for (let row = 0; row < 3; row++) {
    for (let axis = 0; axis < 3; axis++) {
      // The first centre moves from half an old voxel to half a new one behind the face.
      affine[row * 4 + 3] += grid.affine[row * 4 + axis] * (ratio[axis] / 2 - 0.5);
      affine[row * 4 + axis] = grid.affine[row * 4 + axis] * ratio[axis];
    }
  }
  return gridOf(shape, affine);
}

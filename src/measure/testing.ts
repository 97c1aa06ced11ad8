// Hand-made cases for this folder's tests: boxes and balls painted into a label map.
import { type Affine, type Grid, type Vec3, voxelToWorld } from '../domain/geometry.ts';
import type { Annotation, SourceInfo, Volume, VoxelArray } from '../domain/volume.ts';

const source: SourceInfo = { format: 'test', hash: '', axes: 'RAS', notes: [] };

type Labels = Uint8Array | Uint16Array | Int32Array;

/** An annotation of one layer whose labels were all looked for, and a scan in HU when voxels are given. */
export function caseOf(
  grid: Grid,
  data: Labels,
  labels: Record<string, number>,
  hounsfield?: VoxelArray,
): { annotation: Annotation; volume: Volume | undefined } {
  return {
    annotation: {
      grid,
      layers: [
        {
          data,
          labels: Object.entries(labels).map(([structure, value]) => ({ structure, value, name: structure })),
        },
      ],
      annotated: Object.keys(labels),
      scheme: 'test',
      origin: { kind: 'annotated' },
      unknown: [],
      source,
    },
    volume: hounsfield === undefined ? undefined : { grid, data: hounsfield, units: 'HU', source },
  };
}

/** Sets every voxel from `min` to `max` inclusive. */
export function paintBox(data: Labels, grid: Grid, min: Vec3, max: Vec3, value: number): void {
  const [ni, nj] = grid.shape;
  for (let k = min[2]; k <= max[2]; k++)
    for (let j = min[1]; j <= max[1]; j++)
      for (let i = min[0]; i <= max[0]; i++) data[(k * nj + j) * ni + i] = value;
}

/** Sets every voxel whose centre lies within `radius` mm of a point in RAS+ mm. */
export function paintBall(data: Labels, grid: Grid, centre: Vec3, radius: number, value: number): void {
  paintWhere(
    data,
    grid,
    value,
    (p) => Math.hypot(p[0] - centre[0], p[1] - centre[1], p[2] - centre[2]) <= radius,
  );
}

/** Sets every voxel whose centre (RAS+ mm) passes. */
export function paintWhere(data: Labels, grid: Grid, value: number, inside: (point: Vec3) => boolean): void {
  const [ni, nj, nk] = grid.shape;
  for (let k = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++)
        if (inside(voxelToWorld(grid.affine, [i, j, k]))) data[(k * nj + j) * ni + i] = value;
}

/** The same voxels stored in another axis order and with flipped axes: new axis a runs along old axis `order[a]`. */
export function stored<T extends VoxelArray>(
  grid: Grid,
  data: T,
  order: readonly [number, number, number],
  flip: readonly [boolean, boolean, boolean],
): { grid: Grid; data: T } {
  const shape = order.map((axis) => grid.shape[axis]) as [number, number, number];
  const a = grid.affine;
  const affine: number[] = [...a];
  const origin: [number, number, number] = [0, 0, 0];
  order.forEach((axis, to) => {
    for (let row = 0; row < 3; row++) affine[row * 4 + to] = a[row * 4 + axis] * (flip[to] ? -1 : 1);
    if (flip[to]) origin[axis] = grid.shape[axis] - 1;
  });
  const start = voxelToWorld(a as Affine, origin);
  for (let row = 0; row < 3; row++) affine[row * 4 + 3] = start[row];
  const out = data.slice() as T;
  const index = [0, 0, 0];
  let p = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++) {
        [i, j, k].forEach((n, to) => {
          index[order[to]] = flip[to] ? shape[to] - 1 - n : n;
        });
        out[p++] = data[(index[2] * grid.shape[1] + index[1]) * grid.shape[0] + index[0]];
      }
  const spacing = order.map((axis) => grid.spacing[axis]) as [number, number, number];
  return { grid: { shape, affine, spacing }, data: out };
}

// Slices as a radiologist sees them: patient's right on the image's left, and HU windows.
import { OverreadError } from '../domain/errors.ts';
import { type Grid, orientationOf, type Vec3 } from '../domain/geometry.ts';
import type { Raster, VoxelArray } from '../domain/volume.ts';
import { sameType } from './canonical.ts';

export type Plane = 'axial' | 'coronal' | 'sagittal';

/** One native slice, in display order: row by row from the top left. */
export interface Slice {
  readonly plane: Plane;
  /** 0-based voxel index along `axis`, in the volume's own order. */
  readonly index: number;
  /** Voxel axis (0, 1, 2) that the slice cuts. */
  readonly axis: number;
  readonly width: number;
  readonly height: number;
  readonly data: VoxelArray;
  /** mm per pixel: [between rows (y), between columns (x)]. */
  readonly spacing: readonly [number, number];
  /** Voxel axis along the image's x and y, and whether the index grows to the right or downwards. */
  readonly columns: { readonly axis: number; readonly forward: boolean };
  readonly rows: { readonly axis: number; readonly forward: boolean };
}

/** World axis normal to each plane, and what the image's right and bottom show. */
const PLANES: Readonly<
  Record<Plane, { normal: number; x: [axis: number, sign: number]; y: [number, number] }>
> = {
  // Right edge: patient's left (−R); bottom: posterior (−A).
  axial: { normal: 2, x: [0, -1], y: [1, -1] },
  // Right edge: patient's left; bottom: inferior (−S).
  coronal: { normal: 1, x: [0, -1], y: [2, -1] },
  // Right edge: posterior (seen from the patient's left side); bottom: inferior.
  sagittal: { normal: 0, x: [1, -1], y: [2, -1] },
};

/** The voxel axis that runs closest to the normal of a plane: 0, 1 or 2. */
export function sliceAxis(grid: Grid, plane: Plane): number {
  return orientationOf(grid.affine).axis.indexOf(PLANES[plane].normal);
}

/** How many slices a grid has in a plane. */
export function sliceCount(grid: Grid, plane: Plane): number {
  return grid.shape[sliceAxis(grid, plane)];
}

/** The display frame of a plane's slices on a grid, without voxels. */
export function sliceFrame(grid: Grid, plane: Plane) {
  const { axis, sign } = orientationOf(grid.affine);
  const { normal, x, y } = PLANES[plane];
  const along = ([world, direction]: [number, number]) => {
    const voxel = axis.indexOf(world);
    return { axis: voxel, forward: sign[voxel] === direction };
  };
  return { axis: axis.indexOf(normal), columns: along(x), rows: along(y) };
}

/**
 * One slice in radiological display order. Oblique volumes are cut along their own axes, so that no voxel is made up.
 * Throws `bad-argument` for an index outside the volume.
 */
export function sliceOf(
  volume: { readonly grid: Grid; readonly data: VoxelArray },
  plane: Plane,
  index: number,
): Slice {
  const { grid, data } = volume;
  const { axis, columns, rows } = sliceFrame(grid, plane);
  if (!Number.isInteger(index) || index < 0 || index >= grid.shape[axis])
    throw new OverreadError(
      'bad-argument',
      `There is no ${plane} slice ${index}: give a whole number from 0 to ${grid.shape[axis] - 1}.`,
      { details: { plane, index, count: grid.shape[axis] } },
    );
  const strides = [1, grid.shape[0], grid.shape[0] * grid.shape[1]];
  const width = grid.shape[columns.axis];
  const height = grid.shape[rows.axis];
  const dx = strides[columns.axis] * (columns.forward ? 1 : -1);
  const dy = strides[rows.axis] * (rows.forward ? 1 : -1);
  const start =
    index * strides[axis] + (columns.forward ? 0 : (1 - width) * dx) + (rows.forward ? 0 : (1 - height) * dy);
  const out = sameType(data, width * height);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0, from = start + y * dy; x < width; x++, from += dx) out[to++] = data[from];
  return {
    plane,
    index,
    axis,
    width,
    height,
    data: out,
    spacing: [grid.spacing[rows.axis], grid.spacing[columns.axis]],
    columns,
    rows,
  };
}

/** Voxel indices (i, j, k) under a pixel of a slice; fractions of a pixel stay. */
export function voxelAt(slice: Slice, x: number, y: number): Vec3 {
  const voxel: [number, number, number] = [slice.index, slice.index, slice.index];
  voxel[slice.columns.axis] = slice.columns.forward ? x : slice.width - 1 - x;
  voxel[slice.rows.axis] = slice.rows.forward ? y : slice.height - 1 - y;
  return voxel;
}

/** Pixel [x, y] of a slice's image under a voxel's centre. */
export function pixelAt(slice: Slice, voxel: Vec3): [number, number] {
  const x = voxel[slice.columns.axis];
  const y = voxel[slice.rows.axis];
  return [slice.columns.forward ? x : slice.width - 1 - x, slice.rows.forward ? y : slice.height - 1 - y];
}

/** Which grey values are shown: `level` in the middle, `width` from black to white, in the volume's unit. */
export interface DisplayWindow {
  readonly level: number;
  readonly width: number;
}

/** Usual CT windows, in HU. */
export const WINDOWS = {
  abdomen: { level: 50, width: 400 },
  liver: { level: 60, width: 150 },
  lung: { level: -600, width: 1500 },
  mediastinum: { level: 40, width: 350 },
  bone: { level: 400, width: 1800 },
  brain: { level: 40, width: 80 },
} as const satisfies Record<string, DisplayWindow>;

/**
 * 8-bit grey image of a slice: level − width/2 and less is 0, level + width/2 and more is 255, NaN is 0.
 * Throws `bad-argument` for a width that is not above 0.
 */
export function windowed(slice: Slice, { level, width }: DisplayWindow): Raster & { data: Uint8Array } {
  if (!(width > 0) || !Number.isFinite(level) || !Number.isFinite(width))
    throw new OverreadError('bad-argument', 'A window needs a level and a width above 0.');
  const out = new Uint8ClampedArray(slice.data.length);
  const low = level - width / 2;
  const { data } = slice;
  for (let i = 0; i < out.length; i++) out[i] = ((data[i] - low) * 255) / width;
  return {
    width: slice.width,
    height: slice.height,
    channels: 1,
    data: new Uint8Array(out.buffer),
    spacing: slice.spacing,
  };
}

/** A window over the values between two percentiles of a volume: for MR and other arbitrary units. */
export function windowOf(data: VoxelArray, low = 0.01, high = 0.99): DisplayWindow {
  // A few ten thousand voxels settle percentiles as well as all of them.
  const step = Math.max(1, Math.floor(data.length / 65_536));
  const sample: number[] = [];
  for (let i = 0; i < data.length; i += step) if (Number.isFinite(data[i])) sample.push(data[i]);
  sample.sort((a, b) => a - b);
  const at = (share: number) => sample[Math.round(share * (sample.length - 1))] ?? 0;
  const width = Math.max(at(high) - at(low), Number.EPSILON);
  return { level: (at(high) + at(low)) / 2, width: width > 1e-9 ? width : 1 };
}

// Which voxel axis runs along the body, and how one slice across it is laid out in millimetres.
import { type Affine, type Grid, orientationOf } from '../domain/geometry.ts';

/** The axial slices of a grid: the voxel axis closest to superior–inferior, and the other two. */
export interface SliceFrame {
  /** Voxel axis along superior–inferior: a native slice has one index on it. */
  readonly axis: 0 | 1 | 2;
  /** True when the index grows towards the head. */
  readonly upward: boolean;
  /** Slices along the axis. */
  readonly count: number;
  /** The two in-plane voxel axes; `across` is the one that runs lie on, unless they run through the slices. */
  readonly row: 0 | 1 | 2;
  readonly across: 0 | 1 | 2;
  /** In-plane index (across, row) to orthonormal mm: x = ax·across + rx·row, y = ry·row. */
  readonly ax: number;
  readonly rx: number;
  readonly ry: number;
  /** Angle in degrees between the slices' normal and the patient's long axis; turning within the plane is no tilt. */
  readonly tilt: number;
}

const column = (affine: Affine, axis: number): [number, number, number] => [
  affine[axis],
  affine[4 + axis],
  affine[8 + axis],
];

function tiltOf(a: readonly number[], b: readonly number[]): number {
  const normal = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  return (Math.acos(Math.min(1, Math.abs(normal[2]) / Math.hypot(...normal))) * 180) / Math.PI;
}

export function sliceFrameOf(grid: Grid): SliceFrame {
  const { axis: world, sign } = orientationOf(grid.affine);
  const axis = Math.max(0, world.indexOf(2)) as 0 | 1 | 2;
  const across = axis === 0 ? 1 : 0;
  const row = axis === 2 ? 1 : 2;
  const a = column(grid.affine, across);
  const r = column(grid.affine, row);
  const ax = Math.hypot(...a);
  const rx = (a[0] * r[0] + a[1] * r[1] + a[2] * r[2]) / ax;
  const ry = Math.sqrt(Math.max(0, r[0] * r[0] + r[1] * r[1] + r[2] * r[2] - rx * rx));
  return {
    axis,
    upward: sign[axis] > 0,
    count: grid.shape[axis],
    row,
    across,
    ax,
    rx,
    ry,
    tilt: tiltOf(a, r),
  };
}

/**
 * Height of a native slice in percent of the scan, from the feet: 100 × (z + 0.5) / n, where z counts slices from
 * the lowest one. The middle of a scan is 50 whatever the number of slices, and no slice is at 0 or 100.
 */
export function slicePercent(frame: SliceFrame, index: number): number {
  const z = frame.upward ? index : frame.count - 1 - index;
  return (100 * (z + 0.5)) / frame.count;
}

/** Voxel index (i, j, k) of an in-plane point. */
export function voxelOf(
  frame: SliceFrame,
  slice: number,
  across: number,
  row: number,
): [number, number, number] {
  const index: [number, number, number] = [0, 0, 0];
  index[frame.axis] = slice;
  index[frame.across] = across;
  index[frame.row] = row;
  return index;
}

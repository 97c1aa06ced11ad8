// Planes of a volume along one of its axes, as rows and columns: the first axis left runs down, the second to the right.
import type { Vec3 } from '../domain/geometry.ts';
import type { LabelPlane } from './mask-slices.ts';

export type SliceDim = 0 | 1 | 2;
export const SLICE_DIMS: readonly SliceDim[] = [0, 1, 2];

/** Names of planes of a volume in RAS order. */
export const PLANE_NAMES = ['sagittal', 'coronal', 'axial'] as const;

/** The two axes that are left: rows, columns. */
export function planeAxes(dim: SliceDim): readonly [rows: 0 | 1, columns: 1 | 2] {
  return dim === 0 ? [1, 2] : dim === 1 ? [0, 2] : [0, 1];
}

/** Values of a plane. Of an array in NIfTI memory order (first axis fastest). */
export function planeOf<T extends ArrayLike<number>>(
  data: T,
  shape: Vec3,
  dim: SliceDim,
  index: number,
): LabelPlane & { readonly data: Float64Array } {
  const strides = [1, shape[0], shape[0] * shape[1]];
  const [rows, columns] = planeAxes(dim);
  const [height, width] = [shape[rows], shape[columns]];
  const values = new Float64Array(width * height);
  const start = index * strides[dim];
  for (let row = 0, to = 0; row < height; row++)
    for (
      let column = 0, from = start + row * strides[rows];
      column < width;
      column++, from += strides[columns]
    )
      values[to++] = data[from];
  return { width, height, data: values };
}

/** Spacing in mm of a plane's rows (down) and columns (to the right). */
export function planeSpacing(spacing: Vec3, dim: SliceDim): readonly [down: number, right: number] {
  const [rows, columns] = planeAxes(dim);
  return [spacing[rows], spacing[columns]];
}

// What a visitor measures: lengths in mm and statistics of raw values under an ellipse.
import type { Extent } from './camera.ts';
import type { Point } from './planes.ts';

/** Distance in mm of two pixels of one slice. */
export const rulerLength = (from: Point, to: Point, spacing: Extent['spacing']): number =>
  Math.hypot((to[0] - from[0]) * spacing[1], (to[1] - from[1]) * spacing[0]);

/** Distance in mm of two voxels of one grid whose axes are at right angles. */
export const voxelDistance = (
  a: readonly [number, number, number],
  b: readonly [number, number, number],
  spacing: readonly [number, number, number],
): number => Math.hypot(...[0, 1, 2].map((axis) => (b[axis] - a[axis]) * spacing[axis]));

export interface RegionStatistics {
  /** Of the pixels counted, not of the ideal ellipse. */
  readonly squareMillimetres: number;
  readonly mean: number;
  /** Of the sample (n − 1); 0 for one pixel. */
  readonly sd: number;
  readonly min: number;
  readonly max: number;
  readonly pixels: number;
}

/**
 * Values of the pixels whose centres lie in the ellipse that touches the sides of the box with corners `from` and `to`
 * (pixels, fractions allowed). Undefined when there is none. Values that are no numbers are left out.
 */
export function ellipseStatistics(
  values: ArrayLike<number>,
  slice: Extent,
  from: Point,
  to: Point,
): RegionStatistics | undefined {
  const cx = (from[0] + to[0]) / 2;
  const cy = (from[1] + to[1]) / 2;
  const rx = Math.abs(to[0] - from[0]) / 2;
  const ry = Math.abs(to[1] - from[1]) / 2;
  if (rx === 0 || ry === 0) return undefined;
  let pixels = 0;
  let mean = 0;
  let squares = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  const bottom = Math.min(slice.height - 1, Math.floor(cy + ry));
  const right = Math.min(slice.width - 1, Math.floor(cx + rx));
  for (let y = Math.max(0, Math.ceil(cy - ry)); y <= bottom; y++)
    for (let x = Math.max(0, Math.ceil(cx - rx)); x <= right; x++) {
      if (((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 > 1) continue;
      const value = values[y * slice.width + x];
      if (!Number.isFinite(value)) continue;
      pixels++;
      // Welford's update: no loss of digits for values far from 0.
      const away = value - mean;
      mean += away / pixels;
      squares += away * (value - mean);
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  if (pixels === 0) return undefined;
  return {
    squareMillimetres: pixels * slice.spacing[0] * slice.spacing[1],
    mean,
    sd: pixels > 1 ? Math.sqrt(squares / (pixels - 1)) : 0,
    min,
    max,
    pixels,
  };
}

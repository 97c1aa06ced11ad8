// Rasters to other sizes: square pixels, so that millimetres keep their proportions, and bounded edges.
import type { Raster } from '../domain/volume.ts';
import { sameRaster } from './rasters.ts';

/** Pixels of a raster after scaling to `width` × `height`, bilinear between pixel centres. */
export function scaled(raster: Raster, width: number, height: number): Raster {
  if (width === raster.width && height === raster.height) return raster;
  const { channels, data } = raster;
  const out = sameRaster(data, width * height * channels);
  const round = !(data instanceof Float32Array);
  const x = centres(raster.width, width);
  const y = centres(raster.height, height);
  for (let row = 0, to = 0; row < height; row++) {
    const top = y.lower[row] * raster.width;
    const bottom = Math.min(y.lower[row] + 1, raster.height - 1) * raster.width;
    for (let column = 0; column < width; column++) {
      const left = x.lower[column];
      const right = Math.min(left + 1, raster.width - 1);
      const wx = x.weight[column];
      const wy = y.weight[row];
      for (let c = 0; c < channels; c++) {
        const a = data[(top + left) * channels + c] * (1 - wx) + data[(top + right) * channels + c] * wx;
        const b =
          data[(bottom + left) * channels + c] * (1 - wx) + data[(bottom + right) * channels + c] * wx;
        const value = a * (1 - wy) + b * wy;
        out[to++] = round ? Math.floor(value + 0.5) : value;
      }
    }
  }
  const spacing =
    raster.spacing === undefined
      ? undefined
      : ([(raster.spacing[0] * raster.height) / height, (raster.spacing[1] * raster.width) / width] as const);
  return { width, height, channels, data: out, ...(spacing === undefined ? {} : { spacing }) };
}

function centres(size: number, n: number): { lower: Int32Array; weight: Float64Array } {
  const lower = new Int32Array(n);
  const weight = new Float64Array(n);
  for (let index = 0; index < n; index++) {
    const at = Math.min(Math.max(((index + 0.5) * size) / n - 0.5, 0), size - 1);
    lower[index] = Math.floor(at);
    weight[index] = at - lower[index];
  }
  return { lower, weight };
}

export interface SizeOptions {
  /** Longest edge in pixels; larger images shrink to it. Default: no bound. */
  readonly longestEdge?: number;
}

/**
 * Square pixels: the coarser direction is stretched to the finer one's spacing, so that circles stay circles.
 * A raster without spacing only obeys `longestEdge`.
 */
export function squarePixels(raster: Raster, options: SizeOptions = {}): Raster {
  const [dy, dx] = raster.spacing ?? [1, 1];
  const pixel = Math.min(dx, dy);
  let width = Math.max(1, Math.round((raster.width * dx) / pixel));
  let height = Math.max(1, Math.round((raster.height * dy) / pixel));
  const bound = options.longestEdge ?? Number.POSITIVE_INFINITY;
  const shrink = Math.min(1, bound / Math.max(width, height));
  width = Math.max(1, Math.round(width * shrink));
  height = Math.max(1, Math.round(height * shrink));
  return scaled(raster, width, height);
}

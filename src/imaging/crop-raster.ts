// A rectangle out of a raster.
import type { Raster } from '../domain/volume.ts';
import { sameRaster } from './rasters.ts';

/** Pixel edges, half-open: columns left…right − 1 and rows top…bottom − 1. */
export interface PixelRect {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The smallest rectangle of whole pixels around x0, y0, x1, y1, cut to the picture; undefined when nothing of it lies
 * inside. Coordinates count pixel edges from the top left: the first pixel covers 0…1.
 */
export function rectAround(
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  { width, height }: { readonly width: number; readonly height: number },
): PixelRect | undefined {
  const left = Math.max(0, Math.floor(Math.min(x0, x1)));
  const top = Math.max(0, Math.floor(Math.min(y0, y1)));
  const right = Math.min(width, Math.ceil(Math.max(x0, x1)));
  const bottom = Math.min(height, Math.ceil(Math.max(y0, y1)));
  return left < right && top < bottom ? { left, top, right, bottom } : undefined;
}

/** Throws RangeError for a rectangle that is not within the raster. */
export function cropRaster(raster: Raster, { left, top, right, bottom }: PixelRect): Raster {
  const { width, height, channels, data } = raster;
  if (left < 0 || top < 0 || right > width || bottom > height || left >= right || top >= bottom)
    throw new RangeError('The rectangle is not within the raster.');
  const row = (right - left) * channels;
  const out = sameRaster(data, row * (bottom - top));
  for (let y = top; y < bottom; y++) {
    const from = (y * width + left) * channels;
    out.set(data.subarray(from, from + row), (y - top) * row);
  }
  return { ...raster, width: right - left, height: bottom - top, data: out };
}

// Several rasters side by side in one.
import { OverreadError } from '../domain/errors.ts';
import type { Raster } from '../domain/volume.ts';
import { sameRaster } from './rasters.ts';

export interface MontageOptions {
  /** Pixels between neighbours. Default 2. */
  readonly gap?: number;
  /** Value of the gaps and of what a smaller raster leaves free. Default 0. */
  readonly background?: number;
}

/**
 * Rasters row by row in `columns` columns; each in the middle of its cell, all cells of the largest raster's size.
 * Spacing is kept when all agree. Throws `bad-argument` for no raster, or for mixed channels or depths.
 */
export function montage(rasters: readonly Raster[], columns: number, options: MontageOptions = {}): Raster {
  const [first] = rasters;
  if (first === undefined || !Number.isInteger(columns) || columns < 1)
    throw new OverreadError('bad-argument', 'A montage needs at least one image and one column.');
  const { channels } = first;
  if (rasters.some((r) => r.channels !== channels || r.data.constructor !== first.data.constructor))
    throw new OverreadError('bad-argument', 'A montage needs images of one kind: all grey or all colour.');
  const gap = options.gap ?? 2;
  const across = Math.min(columns, rasters.length);
  const cell = {
    width: Math.max(...rasters.map((r) => r.width)),
    height: Math.max(...rasters.map((r) => r.height)),
  };
  const width = across * (cell.width + gap) - gap;
  const height = Math.ceil(rasters.length / across) * (cell.height + gap) - gap;
  const data = sameRaster(first.data, width * height * channels).fill(options.background ?? 0);
  rasters.forEach((raster, index) => {
    const left = (index % across) * (cell.width + gap) + Math.floor((cell.width - raster.width) / 2);
    const top =
      Math.floor(index / across) * (cell.height + gap) + Math.floor((cell.height - raster.height) / 2);
    const line = raster.width * channels;
    for (let y = 0; y < raster.height; y++)
      data.set(raster.data.subarray(y * line, (y + 1) * line), ((top + y) * width + left) * channels);
  });
  const { spacing } = first;
  const agree =
    spacing !== undefined &&
    rasters.every((r) => r.spacing?.[0] === spacing[0] && r.spacing?.[1] === spacing[1]);
  return { width, height, channels, data, ...(agree ? { spacing } : {}) };
}

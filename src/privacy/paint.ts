// Painting over parts of a picture.
import type { Raster } from '../domain/volume.ts';
import type { Box } from './ocr.ts';

/** A copy of the picture with the boxes filled with one value (per channel when several are given). */
export function painted(raster: Raster, boxes: readonly Box[], value: number | readonly number[]): Raster {
  const { width, height, channels } = raster;
  const data = raster.data.slice();
  const fill = typeof value === 'number' ? new Array<number>(channels).fill(value) : value;
  for (const box of boxes) {
    const left = Math.max(0, Math.floor(box.left));
    const right = Math.min(width, Math.ceil(box.right));
    for (let y = Math.max(0, Math.floor(box.top)); y < Math.min(height, Math.ceil(box.bottom)); y++)
      for (let x = left; x < right; x++)
        for (let c = 0; c < channels; c++) data[(y * width + x) * channels + c] = fill[c];
  }
  return { ...raster, data };
}

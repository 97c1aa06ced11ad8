// Small operations on rasters that drawing shares.
import { OverreadError } from '../domain/errors.ts';
import type { Raster } from '../domain/volume.ts';

/** An empty array of a raster's own type. */
export function sameRaster(data: Raster['data'], length: number): Raster['data'] {
  return new (data.constructor as new (length: number) => Raster['data'])(length);
}

/** An 8-bit RGB copy, on which can be drawn. Throws `bad-argument` for 16-bit and float rasters: window them first. */
export function toRgb(raster: Raster): Raster & { channels: 3; data: Uint8Array } {
  const { channels, data, width, height } = raster;
  if (!(data instanceof Uint8Array))
    throw new OverreadError('bad-argument', 'Only 8-bit images can be drawn on: window the slice first.');
  const out = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let c = 0; c < 3; c++) out[pixel * 3 + c] = data[pixel * channels + (channels === 1 ? 0 : c)];
  return { ...raster, channels: 3, data: out };
}

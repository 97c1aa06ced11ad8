// PNG in memory and on disk.
import sharp from 'sharp';
import { OverreadError } from '../domain/errors.ts';
import type { Raster } from '../domain/volume.ts';
import { writeWhole } from './write-nifti.ts';

/**
 * PNG of an 8- or 16-bit raster; the same raster gives the same bytes.
 * Throws `bad-argument` for float rasters, which PNG cannot hold.
 */
export async function encodePng(raster: Raster): Promise<Uint8Array> {
  const { data, width, height, channels } = raster;
  if (data instanceof Float32Array)
    throw new OverreadError('bad-argument', 'PNG holds no floats: window the slice first.');
  if (data.length !== width * height * channels)
    throw new OverreadError(
      'bad-argument',
      `An image of ${width} × ${height} × ${channels} needs as many values, and there are ${data.length}.`,
    );
  // libvips must be told that 16-bit values are to stay 16-bit.
  const image = sharp(data, { raw: { width, height, channels } });
  const deep = data instanceof Uint16Array ? image.toColourspace(channels === 1 ? 'grey16' : 'rgb16') : image;
  const kept = channels === 1 && data instanceof Uint8Array ? deep.toColourspace('b-w') : deep;
  return kept.png({ compressionLevel: 6, adaptiveFiltering: false }).toBuffer();
}

/** Writes a raster as a PNG file, whole or not at all. Throws `write-failed` or `bad-argument`. */
export async function writePng(path: string, raster: Raster): Promise<void> {
  await writeWhole(path, await encodePng(raster));
}

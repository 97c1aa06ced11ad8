// Windows bitmaps (BMP), uncompressed: some old picture collections come as these, and libvips does not read them.
import type { Raster } from '../domain/volume.ts';

/**
 * 1, 4, 8, 24 and 32 bits a pixel. Undefined for other kinds and for files that end early. `maxPixels` is checked before
 * anything is given memory: more throw RangeError.
 */
export function readBitmap(given: Uint8Array, maxPixels: number): Raster | undefined {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  if (bytes.length < 54 || bytes.toString('latin1', 0, 2) !== 'BM') return undefined;
  const offset = bytes.readUInt32LE(10);
  const headSize = bytes.readUInt32LE(14);
  const width = bytes.readInt32LE(18);
  const rows = bytes.readInt32LE(22);
  const depth = bytes.readUInt16LE(28);
  const height = Math.abs(rows);
  if (headSize < 40 || width <= 0 || height === 0 || bytes.readUInt32LE(30) !== 0) return undefined;
  if (![1, 4, 8, 24, 32].includes(depth)) return undefined;
  if (width * height > maxPixels) throw new RangeError('too many pixels');
  const stride = Math.ceil((width * depth) / 32) * 4;
  if (offset + stride * height > bytes.length) return undefined;
  const colours = depth > 8 ? 0 : bytes.readUInt32LE(46) || 1 << depth;
  const palette = 14 + headSize;
  if (palette + 4 * colours > bytes.length || colours > 256) return undefined;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const line = offset + stride * (rows > 0 ? height - 1 - y : y);
    for (let x = 0; x < width; x++) {
      let from: number;
      if (depth > 8) from = line + (x * depth) / 8;
      else {
        const bit = x * depth;
        const index = (bytes[line + (bit >> 3)] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
        if (index >= colours) return undefined;
        from = palette + 4 * index;
      }
      const to = (y * width + x) * 3;
      data[to] = bytes[from + 2];
      data[to + 1] = bytes[from + 1];
      data[to + 2] = bytes[from];
    }
  }
  return { width, height, channels: 3, data };
}

// PNG files without what is not picture: the pixels' own chunks are copied byte for byte.
import { crc32 } from 'node:zlib';
import { exifOrientation } from './jpeg-segments.ts';

export interface BarePng {
  /** The same array where nothing had to go. */
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1 to 8. */
  readonly orientation: number;
}

/** The picture and how its numbers are meant; no words, times, thumbnails or further frames. */
const KEPT = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP'],
  ...['cICP', 'mDCV', 'cLLI', 'sBIT', 'bKGD', 'pHYs'],
]);

/** Undefined for files that are damaged, by their check sums or their order, or end early. */
export function barePng(given: Uint8Array): BarePng | undefined {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  const parts: Uint8Array[] = [bytes.subarray(0, 8)];
  let at = 8;
  let orientation = 1;
  let pixels = false;
  while (at + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > bytes.length) return undefined;
    const kind = bytes.toString('latin1', at + 4, at + 8);
    if (at === 8 && (kind !== 'IHDR' || length !== 13)) return undefined;
    if (KEPT.has(kind)) {
      if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return undefined;
      parts.push(bytes.subarray(at, end));
    } else if ((bytes[at + 4] & 0x20) === 0) return undefined;
    else if (kind === 'eXIf') orientation = exifOrientation(bytes.subarray(at + 8, end - 4));
    pixels ||= kind === 'IDAT';
    at = end;
    if (kind !== 'IEND') continue;
    if (!pixels) return undefined;
    const total = parts.reduce((sum, part) => sum + part.length, 0);
    return {
      bytes: total === bytes.length ? given : Buffer.concat(parts),
      width: bytes.readUInt32BE(16),
      height: bytes.readUInt32BE(20),
      orientation,
    };
  }
  return undefined;
}

// Uncompressed pixel data to samples, frame by frame: every width, both byte orders, packed bits, 4:2:2, planes.
import { OverreadError } from '../../domain/errors.ts';
import type { VoxelArray } from '../../domain/volume.ts';
import type { DicomFile } from './parse.ts';
import type { PixelHeader } from './pixel-header.ts';

/** An array for `count` stored samples. Bit-packed samples come out as bytes of 0 and 1. */
export function samplesFor(header: PixelHeader, count: number): VoxelArray {
  if (header.kind === 'float') return new Float32Array(count);
  if (header.kind === 'double') return new Float64Array(count);
  if (header.bitsAllocated <= 8) return header.signed ? new Int8Array(count) : new Uint8Array(count);
  if (header.bitsAllocated === 16) return header.signed ? new Int16Array(count) : new Uint16Array(count);
  return header.signed ? new Int32Array(count) : new Uint32Array(count);
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const whole = Buffer.from(bytes.slice(0, bytes.length - (bytes.length % size)).buffer);
  if (size === 2) whole.swap16();
  else if (size === 4) whole.swap32();
  else if (size === 8) whole.swap64();
  return whole;
}

/** Reads `out.length` bits from bit `from` on, least significant first. */
export function unpackBits(bytes: Uint8Array, from: number, out: VoxelArray): void {
  // The first bit's number may pass 2^31, so it is divided before bitwise arithmetic.
  const first = Math.floor(from / 8);
  const shift = from % 8;
  for (let n = 0; n < out.length; n++) out[n] = (bytes[first + ((shift + n) >> 3)] >> ((shift + n) & 7)) & 1;
}

/** Copies little-endian native bytes over the samples of `out`. */
export function copyNative(bytes: Uint8Array, out: VoxelArray): void {
  new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set(bytes.subarray(0, out.byteLength));
}

/** One frame's colour planes to interleaved samples, in place. */
export function interleavePlanes(frame: VoxelArray, samples: number): void {
  const planes = frame.slice();
  const pixels = frame.length / samples;
  for (let s = 0; s < samples; s++)
    for (let n = 0; n < pixels; n++) frame[n * samples + s] = planes[s * pixels + n];
}

/** Y1 Y2 Cb Cr for each pair of pixels, to Y Cb Cr for each pixel. */
function expand422(bytes: Uint8Array, out: VoxelArray): void {
  for (let pair = 0; pair * 6 + 5 < out.length; pair++) {
    const [y1, y2, cb, cr] = bytes.subarray(pair * 4, pair * 4 + 4);
    out.set([y1, cb, cr, y2, cb, cr], pair * 6);
  }
}

export interface NativeFrames {
  /** The samples of a frame, interleaved by pixel. */
  frame(n: number): VoxelArray;
  /** All frames' bits, one after another without padding, when one bit is allocated. */
  readonly bits?: Uint8Array;
}

/** Opens uncompressed pixel data. Throws `file-truncated` when there is less than the header promises. */
export function nativeFrames(file: DicomFile, header: PixelHeader): NativeFrames {
  const { rows, columns, frames, samplesPerPixel, bitsAllocated, photometric, pixels } = header;
  const count = rows * columns * samplesPerPixel;
  // A few writers store 4:2:2 at full resolution and keep its name: the length tells.
  const halved =
    photometric === 'YBR_FULL_422' &&
    bitsAllocated === 8 &&
    samplesPerPixel === 3 &&
    pixels.value.length < count * frames;
  const frameBytes = halved ? (count / 3) * 2 : (count * bitsAllocated) / 8;
  const needed = Math.ceil(frameBytes * frames);
  if (pixels.value.length < needed)
    throw new OverreadError(
      'file-truncated',
      `${file.name} promises ${needed} bytes of pixels and holds ${pixels.value.length}: copy it again.`,
      { details: { promised: needed, found: pixels.value.length } },
    );
  // Bytes in big-endian words are swapped in pairs; wider samples by their own size.
  const width = bitsAllocated <= 8 ? (pixels.vr === 'OW' ? 2 : 1) : bitsAllocated / 8;
  const bytes = file.littleEndian || width === 1 ? pixels.value : swapped(pixels.value, width);
  const frame = (n: number) => {
    const out = samplesFor(header, count);
    if (bitsAllocated === 1) unpackBits(bytes, n * count, out);
    else if (halved) expand422(bytes.subarray(n * frameBytes), out);
    else copyNative(bytes.subarray(n * frameBytes, (n + 1) * frameBytes), out);
    if (header.planar && !halved) interleavePlanes(out, samplesPerPixel);
    return out;
  };
  return bitsAllocated === 1 ? { frame, bits: bytes } : { frame };
}

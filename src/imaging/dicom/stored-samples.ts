// Pixel data to stored samples: native of every width and byte order, bit-packed, or decoded frame by frame.
import { OverreadError } from '../../domain/errors.ts';
import type { VoxelArray } from '../../domain/volume.ts';
import { checkRatio, checkSize, type ReadOptions } from '../limits.ts';
import { frameError } from './codecs/codec.ts';
import { decodeFrame, inflateFrame } from './codecs/decode-frame.ts';
import { decodeRle } from './codecs/rle.ts';
import { encapsulatedFrames } from './frames.ts';
import type { DicomFile } from './parse.ts';
import { type PixelHeader, pixelHeader } from './pixel-header.ts';
import { transferSyntaxOf } from './transfer-syntax.ts';

/** Compressed pixels that would pass this many bytes must keep to `maxRatio`. */
const TRUSTED_BYTES = 2 ** 28;

export interface StoredPixels {
  readonly header: PixelHeader;
  /** Frames, rows, columns, then samples fastest: as stored, not rescaled, not masked, colours as coded. */
  readonly data: VoxelArray;
  /** False when the transfer syntax loses information. */
  readonly lossless: boolean;
}

/** An array for `count` stored samples. Bit-packed samples come out as bytes of 0 and 1. */
export function samplesFor(header: PixelHeader, count: number): VoxelArray {
  if (header.kind === 'float') return new Float32Array(count);
  if (header.kind === 'double') return new Float64Array(count);
  if (header.bitsAllocated <= 8) return header.signed ? new Int8Array(count) : new Uint8Array(count);
  if (header.bitsAllocated === 16) return header.signed ? new Int16Array(count) : new Uint16Array(count);
  return header.signed ? new Int32Array(count) : new Uint32Array(count);
}

function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength - (bytes.byteLength % size));
  return size === 2 ? buffer.swap16() : size === 4 ? buffer.swap32() : size === 8 ? buffer.swap64() : bytes;
}

function unpackBits(bytes: Uint8Array, from: number, out: VoxelArray, at: number, count: number): void {
  for (let n = 0; n < count; n++) out[at + n] = (bytes[(from + n) >> 3] >> ((from + n) & 7)) & 1;
}

/** Copies little-endian native bytes into `out` at sample `at`. */
function copyNative(bytes: Uint8Array, out: VoxelArray, at: number): void {
  new Uint8Array(out.buffer, out.byteOffset + at * out.BYTES_PER_ELEMENT, bytes.length).set(bytes);
}

/** Planes to pixels, in place, frame by frame. */
function interleavePlanes(data: VoxelArray, pixels: number, samples: number): void {
  const frame = data.slice(0, pixels * samples);
  for (let start = 0; start < data.length; start += frame.length) {
    frame.set(data.subarray(start, start + frame.length) as never);
    for (let s = 0; s < samples; s++)
      for (let n = 0; n < pixels; n++) data[start + n * samples + s] = frame[s * pixels + n];
  }
}

/** Y1 Y2 Cb Cr for each pair of pixels, to Y Cb Cr for each pixel. */
function expand422(bytes: Uint8Array, out: VoxelArray): void {
  for (let pair = 0; pair * 6 + 5 < out.length; pair++) {
    const [y1, y2, cb, cr] = bytes.subarray(pair * 4, pair * 4 + 4);
    out.set([y1, cb, cr, y2, cb, cr], pair * 6);
  }
}

function readNative(file: DicomFile, header: PixelHeader): VoxelArray {
  const { rows, columns, frames, samplesPerPixel, bitsAllocated, photometric, pixels } = header;
  const count = rows * columns * frames * samplesPerPixel;
  const packed422 = photometric === 'YBR_FULL_422' && bitsAllocated === 8 && samplesPerPixel === 3;
  const needed = packed422
    ? (count / 3) * 2
    : bitsAllocated === 1
      ? Math.ceil(count / 8)
      : count * (bitsAllocated / 8);
  // A few writers store 4:2:2 at full resolution and keep its name: the length tells.
  const full422 = packed422 && pixels.value.length >= count;
  if (pixels.value.length < needed)
    throw new OverreadError(
      'file-truncated',
      `${file.name} promises ${needed} bytes of pixels and holds ${pixels.value.length}: copy it again.`,
      { details: { promised: needed, found: pixels.value.length } },
    );
  // Bytes in big-endian words are swapped in pairs; wider samples by their own size.
  const width = bitsAllocated <= 8 ? (pixels.vr === 'OW' ? 2 : 1) : bitsAllocated / 8;
  const bytes = file.littleEndian || width === 1 ? pixels.value : swapped(pixels.value.slice(), width);
  const out = samplesFor(header, count);
  if (bitsAllocated === 1) unpackBits(bytes, 0, out, 0, count);
  else if (packed422 && !full422) expand422(bytes, out);
  else
    copyNative(
      bytes.subarray(0, needed === count ? count : Math.min(bytes.length, count * (bitsAllocated / 8))),
      out,
      0,
    );
  if (header.planar && !(packed422 && !full422)) interleavePlanes(out, rows * columns, samplesPerPixel);
  return out;
}

async function readFrame(
  coded: Uint8Array,
  coding: NonNullable<ReturnType<typeof transferSyntaxOf>['coding']>,
  header: PixelHeader,
  out: VoxelArray,
  at: number,
): Promise<void> {
  const count = header.rows * header.columns * header.samplesPerPixel;
  const packed = header.bitsAllocated === 1;
  const size = packed ? Math.ceil(count / 8) : count * (header.bitsAllocated / 8);
  if (coding === 'deflate') {
    const bytes = inflateFrame(coded, size).subarray(0, size);
    if (packed) unpackBits(bytes, 0, out, at, count);
    else copyNative(bytes, out, at);
  } else if (coding === 'rle' && packed) {
    // Bits are packed first and run-length coded after, each frame beginning on a byte.
    const { data } = decodeRle(coded, { rows: 1, columns: size, samplesPerPixel: 1, bitsAllocated: 8 });
    unpackBits(data as Uint8Array, 0, out, at, count);
  } else {
    const { data, bits, signed } = await decodeFrame(coded, coding, header);
    // JPEG 2000 codes numbers: under a signed header, a stream that calls itself unsigned has only lost its sign.
    // The other codings carry bit patterns, which are stored as they are.
    const resign = header.signed && !signed && (coding === 'jpeg-2000' || coding === 'htj2k');
    if (resign) for (let n = 0; n < data.length; n++) out[at + n] = (data[n] << (32 - bits)) >> (32 - bits);
    else out.set(data as never, at);
  }
}

/** Decodes all pixels of a parsed file to stored samples. */
export async function storedPixels(file: DicomFile, options: ReadOptions = {}): Promise<StoredPixels> {
  const header = pixelHeader(file);
  const { rows, columns, frames, samplesPerPixel, bitsAllocated, pixels } = header;
  const syntax = transferSyntaxOf(file.transferSyntax);
  const frameSamples = rows * columns * samplesPerPixel;
  const count = frameSamples * frames;
  checkSize(file.name, count, Math.max(1, bitsAllocated / 8), options);
  if (pixels.fragments === undefined) {
    // Some files name a compression and hold plain pixels; then the length must fit exactly.
    return { header, data: readNative(file, header), lossless: true };
  }
  if (syntax.coding === undefined || syntax.coding === 'native')
    throw new OverreadError(
      'format-unsupported',
      `${file.name} is encoded in ${syntax.name}, which Overread does not decode: transcode it.`,
      {
        details: { transferSyntax: file.transferSyntax },
      },
    );
  const coded = encapsulatedFrames(file, pixels, frames, syntax.coding, file.name);
  const codedBytes = coded.reduce((sum, frame) => sum + frame.length, 0);
  if (count * (bitsAllocated / 8) > TRUSTED_BYTES)
    checkRatio(file.name, codedBytes, count * (bitsAllocated / 8), options);
  const data = samplesFor(header, count);
  for (const [frame, bytes] of coded.entries()) {
    options.signal?.throwIfAborted();
    try {
      await readFrame(bytes, syntax.coding, header, data, frame * frameSamples);
    } catch (error) {
      throw frameError(file.name, syntax.name, frame, error);
    }
  }
  // RLE frames, and deflated ones, may hold plane after plane only by what their coding says.
  if (header.planar && syntax.coding === 'deflate') interleavePlanes(data, rows * columns, samplesPerPixel);
  return { header, data, lossless: syntax.lossless };
}

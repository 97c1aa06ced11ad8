// Pixel data to stored samples: native, or decoded frame by frame from any compression.
import { OverreadError } from '../../domain/errors.ts';
import type { VoxelArray } from '../../domain/volume.ts';
import { checkRatio, checkSize, type ReadOptions } from '../limits.ts';
import { frameError } from './codecs/codec.ts';
import { decodeFrame, inflateFrame } from './codecs/decode-frame.ts';
import { decodeRle } from './codecs/rle.ts';
import { encapsulatedFrames } from './frames.ts';
import { copyNative, interleavePlanes, nativeFrames, samplesFor, unpackBits } from './native-frames.ts';
import type { DicomFile } from './parse.ts';
import { type PixelHeader, pixelHeader } from './pixel-header.ts';
import { type PixelCoding, transferSyntaxOf } from './transfer-syntax.ts';

/** Compressed pixels that would pass this many bytes must keep to `maxRatio`. */
const TRUSTED_BYTES = 2 ** 28;

export interface StoredFrames {
  readonly header: PixelHeader;
  /** False when the transfer syntax loses information. */
  readonly lossless: boolean;
  /**
   * Samples of a frame, rows then columns then samples fastest: as stored, not rescaled, unused bits not masked,
   * colours as they are coded. Rejects with `file-corrupt`, `file-truncated` or `format-unsupported`, naming the
   * transfer syntax.
   */
  frame(n: number): Promise<VoxelArray>;
  /** The packed bits of all frames, for uncompressed objects of one bit. */
  readonly bits?: Uint8Array;
}

async function codedFrame(coded: Uint8Array, coding: PixelCoding, header: PixelHeader): Promise<VoxelArray> {
  const count = header.rows * header.columns * header.samplesPerPixel;
  const packed = header.bitsAllocated === 1;
  const size = packed ? Math.ceil(count / 8) : count * (header.bitsAllocated / 8);
  if (coding === 'deflate') {
    const bytes = inflateFrame(coded, size);
    const out = samplesFor(header, count);
    if (packed) unpackBits(bytes, 0, out);
    else copyNative(bytes, out);
    if (header.planar) interleavePlanes(out, header.samplesPerPixel);
    return out;
  }
  if (coding === 'rle' && packed) {
    // Bits are packed first and run-length coded after, each frame beginning on a byte.
    const { data } = decodeRle(coded, { rows: 1, columns: size, samplesPerPixel: 1, bitsAllocated: 8 });
    const out = samplesFor(header, count);
    unpackBits(data as Uint8Array, 0, out);
    return out;
  }
  const { data, bits, signed } = await decodeFrame(coded, coding, header);
  const out = samplesFor(header, count);
  // JPEG 2000 codes numbers: under a signed header, a stream that calls itself unsigned has only lost its sign.
  // The other codings carry bit patterns, which are stored as they are.
  const resign = header.signed && !signed && (coding === 'jpeg-2000' || coding === 'htj2k');
  if (resign) for (let n = 0; n < data.length; n++) out[n] = (data[n] << (32 - bits)) >> (32 - bits);
  else out.set(data as never);
  return out;
}

/** Opens the pixels of a parsed file; frames are decoded when they are asked for. */
export function openFrames(file: DicomFile, options: ReadOptions = {}): StoredFrames {
  const header = pixelHeader(file);
  const { rows, columns, frames, samplesPerPixel, bitsAllocated, pixels } = header;
  const { coding, name: syntax, lossless } = transferSyntaxOf(file.transferSyntax);
  const count = rows * columns * samplesPerPixel;
  checkSize(file.name, count, Math.max(1, bitsAllocated / 8), options);
  if (pixels.fragments === undefined) {
    // Some files name a compression and hold plain pixels.
    const native = nativeFrames(file, header);
    return { header, lossless: true, frame: async (n) => native.frame(n), bits: native.bits };
  }
  if (coding === undefined || coding === 'native' || header.kind !== 'integer')
    throw new OverreadError(
      'format-unsupported',
      `${file.name} is encoded in ${syntax}, which Overread does not decode: transcode it.`,
      { details: { transferSyntax: file.transferSyntax } },
    );
  const coded = encapsulatedFrames(file, pixels, frames, coding, file.name);
  const codedBytes = coded.reduce((sum, bytes) => sum + bytes.length, 0);
  const decodedBytes = count * frames * Math.max(1, bitsAllocated / 8);
  if (decodedBytes > TRUSTED_BYTES) checkRatio(file.name, codedBytes, decodedBytes, options);
  const frame = async (n: number) => {
    try {
      return await codedFrame(coded[n], coding, header);
    } catch (error) {
      throw frameError(file.name, syntax, n, error);
    }
  };
  return { header, lossless, frame };
}

export interface StoredPixels {
  readonly header: PixelHeader;
  readonly lossless: boolean;
  /** Frames, rows, columns, then samples fastest. */
  readonly data: VoxelArray;
}

/** Decodes all frames of a parsed file to one array of stored samples. */
export async function storedPixels(file: DicomFile, options: ReadOptions = {}): Promise<StoredPixels> {
  const { header, lossless, frame } = openFrames(file, options);
  const count = header.rows * header.columns * header.samplesPerPixel;
  checkSize(file.name, count * header.frames, Math.max(1, header.bitsAllocated / 8), options);
  if (header.frames === 1) return { header, lossless, data: await frame(0) };
  const data = samplesFor(header, count * header.frames);
  for (let n = 0; n < header.frames; n++) {
    options.signal?.throwIfAborted();
    data.set((await frame(n)) as never, n * count);
  }
  return { header, lossless, data };
}

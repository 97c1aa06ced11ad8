// The codec for a frame, by its transfer syntax and, for JPEG, by what the stream itself says it is.
import { inflateRawSync } from 'node:zlib';
import type { PixelCoding } from '../transfer-syntax.ts';
import { CodecFailure, type CodedImage, type FrameShape } from './codec.ts';
import { decodeHtj2k, decodeJpeg2000 } from './jpeg-2000.ts';
import { decodeJpegDct } from './jpeg-dct.ts';
import { jpegFrameHeader } from './jpeg-header.ts';
import { decodeJpegLossless } from './jpeg-lossless.ts';
import { decodeJpegLs } from './jpeg-ls.ts';
import { decodeRle } from './rle.ts';

/** Files are known that name one JPEG process and hold another: the stream decides. */
async function decodeJpeg(bytes: Uint8Array, shape: FrameShape): Promise<CodedImage> {
  const { process } = jpegFrameHeader(bytes);
  if (process === 'jpeg-ls') return await decodeJpegLs(bytes, shape);
  if (process === 'lossless') return decodeJpegLossless(bytes, shape);
  if (process === 'sequential' || process === 'progressive') return decodeJpegDct(bytes, shape);
  throw new CodecFailure('format-unsupported', `${process} JPEG is not known`);
}

/** A frame that is deflated on its own (Deflated Image Frame Compression): the bytes are those of a native frame. */
export function inflateFrame(bytes: Uint8Array, size: number): Uint8Array {
  try {
    // A padding byte may follow the stream.
    const out = inflateRawSync(bytes, { maxOutputLength: size + 1 });
    if (out.length < size) throw new CodecFailure('file-truncated', 'its deflated frame ends early');
    return out;
  } catch (cause) {
    if (cause instanceof CodecFailure) throw cause;
    throw new CodecFailure('file-corrupt', 'its deflated frame is damaged', { cause });
  }
}

export async function decodeFrame(
  bytes: Uint8Array,
  coding: PixelCoding,
  shape: FrameShape,
): Promise<CodedImage> {
  if (coding === 'rle') return decodeRle(bytes, shape);
  if (coding === 'jpeg-ls' || coding === 'jpeg') return await decodeJpeg(bytes, shape);
  if (coding === 'jpeg-2000') return await decodeJpeg2000(bytes, shape);
  if (coding === 'htj2k') return await decodeHtj2k(bytes, shape);
  throw new CodecFailure('format-unsupported', `${coding} is no compression`);
}

// JPEG-LS (ISO 14495), lossless and near-lossless, by CharLS.
import { CodecFailure, type CodedImage, checkShape, type FrameShape } from './codec.ts';
import { jpegFrameHeader } from './jpeg-header.ts';
import { copySamples, withDecoder } from './wasm-codec.ts';

const CHARLS = {
  script: '@cornerstonejs/codec-charls/decodewasmjs',
  wasm: '@cornerstonejs/codec-charls/decodewasm',
  decoder: 'JpegLSDecoder',
  name: 'JPEG-LS',
} as const;

export async function decodeJpegLs(bytes: Uint8Array, shape: FrameShape): Promise<CodedImage> {
  const header = jpegFrameHeader(bytes);
  if (header.process !== 'jpeg-ls') throw new CodecFailure('file-corrupt', 'its stream is not JPEG-LS');
  checkShape(header, shape, 'JPEG-LS');
  checkComplete(bytes);
  return await withDecoder(CHARLS, (decoder) => {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const found = decoder.getFrameInfo();
    const { width, height, componentCount: components, bitsPerSample: bits } = found;
    checkShape({ width, height, components }, shape, 'JPEG-LS');
    const data = copySamples(decoder.getDecodedBuffer(), bits, false, width * height * components);
    // Without interleaving, CharLS returns one plane after another.
    const planar =
      components > 1 && (decoder as unknown as { getInterleaveMode(): number }).getInterleaveMode() === 0;
    return {
      width,
      height,
      components,
      bits,
      signed: false,
      data: planar ? interleave(data, components) : data,
    };
  });
}

/**
 * Throws unless the stream ends with its end marker: on one that is cut off, CharLS runs on for many seconds.
 * In coded data a 0xff byte is followed by one below 0x80, so a marker cannot be mistaken.
 */
function checkComplete(bytes: Uint8Array): void {
  let last = bytes.length;
  while (last > 0 && bytes[last - 1] === 0) last -= 1;
  for (let at = last - 2; at >= 0 && at >= last - 64; at--)
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return;
  throw new CodecFailure('file-truncated', 'its JPEG-LS stream has no end');
}

function interleave<T extends CodedImage['data']>(planes: T, components: number): T {
  const out = planes.slice() as T;
  const pixels = planes.length / components;
  for (let c = 0; c < components; c++)
    for (let n = 0; n < pixels; n++) out[n * components + c] = planes[c * pixels + n];
  return out;
}

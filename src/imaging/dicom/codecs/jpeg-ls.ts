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

function interleave<T extends CodedImage['data']>(planes: T, components: number): T {
  const out = planes.slice() as T;
  const pixels = planes.length / components;
  for (let c = 0; c < components; c++)
    for (let n = 0; n < pixels; n++) out[n * components + c] = planes[c * pixels + n];
  return out;
}

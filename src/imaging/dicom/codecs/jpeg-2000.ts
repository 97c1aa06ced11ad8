// JPEG 2000 (ISO 15444-1) by OpenJPEG and HTJ2K (ISO 15444-15) by OpenJPH.
import { CodecFailure, type CodedImage, checkShape, type FrameShape } from './codec.ts';
import { copySamples, withDecoder } from './wasm-codec.ts';

const OPENJPEG = {
  script: '@cornerstonejs/codec-openjpeg/decodewasmjs',
  wasm: '@cornerstonejs/codec-openjpeg/decodewasm',
  decoder: 'J2KDecoder',
  name: 'JPEG 2000',
} as const;

const OPENJPH = {
  script: '@cornerstonejs/codec-openjph/wasmjs',
  wasm: '@cornerstonejs/codec-openjph/wasm',
  decoder: 'HTJ2KDecoder',
  name: 'HTJ2K',
} as const;

/** A stream with more tiles than this is refused: real ones have a handful, and each costs memory. */
const MAX_TILES = 65535;

interface CodestreamHeader {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly bits: number;
  readonly signed: boolean;
}

/** The code stream itself: some writers wrap it in JP2 boxes, which DICOM forbids and readers meet. */
function codestreamOf(bytes: Uint8Array): Uint8Array {
  for (let at = 0; at + 4 <= bytes.length && at < 4096; at++)
    if (bytes[at] === 0xff && bytes[at + 1] === 0x4f && bytes[at + 2] === 0xff && bytes[at + 3] === 0x51)
      return bytes.subarray(at);
  throw new CodecFailure('file-corrupt', 'it holds no JPEG 2000 code stream');
}

/** Reads the SIZ marker, so that nothing is allocated for a stream that is not as the DICOM header says. */
function sizeHeader(stream: Uint8Array): CodestreamHeader {
  if (stream.length < 43) throw new CodecFailure('file-truncated', 'its JPEG 2000 header is cut off');
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  const at = (n: number) => view.getUint32(8 + 4 * n);
  const [xsiz, ysiz, xosiz, yosiz, xtsiz, ytsiz, xtosiz, ytosiz] = [0, 1, 2, 3, 4, 5, 6, 7].map(at);
  const components = view.getUint16(40);
  const depth = view.getUint8(42);
  const tiles = Math.ceil((xsiz - xtosiz) / xtsiz) * Math.ceil((ysiz - ytosiz) / ytsiz);
  if (!(tiles >= 1 && tiles <= MAX_TILES))
    throw new CodecFailure('file-corrupt', 'its JPEG 2000 tiles make no sense');
  return {
    width: xsiz - xosiz,
    height: ysiz - yosiz,
    components,
    bits: (depth & 0x7f) + 1,
    signed: depth > 0x7f,
  };
}

/**
 * Walks the tile parts and throws when one is cut off: OpenJPEG would fill the rest with what it can guess and
 * report success.
 */
function checkComplete(stream: Uint8Array): void {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  let at = 2;
  while (at + 4 <= stream.length && view.getUint16(at) !== 0xff90) at += 2 + view.getUint16(at + 2);
  let parts = 0;
  while (at + 12 <= stream.length && view.getUint16(at) === 0xff90) {
    const length = view.getUint32(at + 6);
    parts += 1;
    // Zero means: up to the end of the code stream.
    if (length === 0) return;
    // A missing end marker is forgiven; missing data are not.
    if (length < 14 || at + length > stream.length)
      throw new CodecFailure('file-truncated', `its JPEG 2000 stream ends inside tile part ${parts}`);
    at += length;
  }
  if (parts === 0) throw new CodecFailure('file-truncated', 'its JPEG 2000 stream holds no tile');
}

async function decodeCodestream(
  codec: typeof OPENJPEG | typeof OPENJPH,
  bytes: Uint8Array,
  shape: FrameShape,
): Promise<CodedImage> {
  const stream = codestreamOf(bytes);
  const header = sizeHeader(stream);
  checkShape(header, shape, codec.name);
  checkComplete(stream);
  return await withDecoder(codec, (decoder) => {
    decoder.getEncodedBuffer(stream.length).set(stream);
    decoder.decode();
    const { width, height, componentCount: components, bitsPerSample: bits } = decoder.getFrameInfo();
    checkShape({ width, height, components }, shape, codec.name);
    const signed = header.signed;
    const data = copySamples(decoder.getDecodedBuffer(), bits, signed, width * height * components);
    return { width, height, components, bits, signed, data };
  });
}

export function decodeJpeg2000(bytes: Uint8Array, shape: FrameShape): Promise<CodedImage> {
  return decodeCodestream(OPENJPEG, bytes, shape);
}

export function decodeHtj2k(bytes: Uint8Array, shape: FrameShape): Promise<CodedImage> {
  return decodeCodestream(OPENJPH, bytes, shape);
}

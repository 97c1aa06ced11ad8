// DICOM RLE (PS3.5 annex G): byte planes packed with PackBits.
import { CodecFailure, type CodedImage, type FrameShape } from './codec.ts';

/** Unpacks one segment into every `step`-th byte of `out`, beginning at `start`. Returns how many were written. */
function unpack(segment: Uint8Array, out: Uint8Array, start: number, step: number, count: number): number {
  let written = 0;
  let at = 0;
  while (at < segment.length && written < count) {
    const code = segment[at++];
    if (code === 128) continue;
    if (code < 128) {
      const end = Math.min(segment.length, at + code + 1);
      for (; at < end && written < count; at++) out[start + step * written++] = segment[at];
    } else {
      if (at >= segment.length) break;
      const value = segment[at++];
      for (let left = 257 - code; left > 0 && written < count; left--) out[start + step * written++] = value;
    }
  }
  return written;
}

/** Decodes one RLE frame into little-endian samples interleaved by pixel. */
export function decodeRle(bytes: Uint8Array, shape: FrameShape): CodedImage {
  if (bytes.length < 64) throw new CodecFailure('file-truncated', 'its RLE header is cut off');
  const { rows, columns, samplesPerPixel, bitsAllocated } = shape;
  const bytesPerSample = Math.ceil(bitsAllocated / 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const segments = view.getUint32(0, true);
  if (segments !== samplesPerPixel * bytesPerSample)
    throw new CodecFailure(
      'file-corrupt',
      `it has ${segments} RLE segments where its header asks for ${samplesPerPixel * bytesPerSample}`,
    );
  const offsets = Array.from({ length: segments }, (_, n) => view.getUint32(4 + 4 * n, true));
  const pixels = rows * columns;
  const pixelBytes = samplesPerPixel * bytesPerSample;
  const out = new Uint8Array(pixels * pixelBytes);
  for (let n = 0; n < segments; n++) {
    const end = n + 1 < segments ? offsets[n + 1] : bytes.length;
    if (offsets[n] < 64 || offsets[n] > bytes.length || end < offsets[n])
      throw new CodecFailure('file-corrupt', 'its RLE segment offsets are out of order');
    // Segments come most significant byte first; memory is little-endian.
    const sample = Math.floor(n / bytesPerSample);
    const byte = bytesPerSample - 1 - (n % bytesPerSample);
    const start = sample * bytesPerSample + byte;
    const written = unpack(bytes.subarray(offsets[n], end), out, start, pixelBytes, pixels);
    if (written < pixels)
      throw new CodecFailure(
        'file-truncated',
        `RLE segment ${n + 1} ends after ${written} of ${pixels} samples`,
      );
  }
  const data =
    bytesPerSample === 1
      ? out
      : bytesPerSample === 2
        ? new Uint16Array(out.buffer)
        : bytesPerSample === 4
          ? new Uint32Array(out.buffer)
          : undefined;
  if (data === undefined)
    throw new CodecFailure('format-unsupported', `RLE of ${bitsAllocated}-bit samples is not known`);
  return {
    width: columns,
    height: rows,
    components: samplesPerPixel,
    bits: bitsAllocated,
    signed: false,
    data,
  };
}

// JPEG lossless, process 14 with any predictor and point transform (ITU-T T.81 annex H).
import { CodecFailure, type CodedImage, checkShape, type FrameShape } from './codec.ts';
import { BitReader } from './jpeg-bits.ts';
import { type JpegFrame, type Scan, walkJpeg } from './jpeg-segments.ts';

/** Prediction from the left, upper and upper-left neighbours (table H.1). */
function predict(selection: number, left: number, up: number, corner: number): number {
  switch (selection) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return corner;
    case 4:
      return left + up - corner;
    case 5:
      return left + ((up - corner) >> 1);
    case 6:
      return up + ((left - corner) >> 1);
    default:
      return (left + up) >> 1;
  }
}

function decodeScan(bytes: Uint8Array, frame: JpegFrame, scan: Scan, out: Uint16Array): void {
  if (scan.start < 1 || scan.start > 7)
    throw new CodecFailure('file-corrupt', 'its JPEG predictor is unknown');
  if (scan.low >= frame.bits) throw new CodecFailure('file-corrupt', 'its JPEG point transform is damaged');
  const { width, height } = frame;
  const total = frame.components.length;
  const initial = 1 << (frame.bits - scan.low - 1);
  const reader = new BitReader(bytes, scan.at);
  const rowLength = width * total;
  /** First row of the current restart interval: it is predicted along the row only. */
  let firstRow = 0;
  let start = true;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const mcu = y * width + x;
      if (scan.restartInterval > 0 && mcu > 0 && mcu % scan.restartInterval === 0) {
        reader.restart();
        firstRow = y;
        start = true;
      }
      for (const { index, dc } of scan.components) {
        if (dc === undefined) throw new CodecFailure('file-corrupt', 'a JPEG Huffman table is missing');
        const size = reader.decode(dc);
        if (size > 16) throw new CodecFailure('file-corrupt', 'its entropy-coded data make no sense');
        // Category 16 stands for one difference alone and has no further bits.
        const difference = size === 16 ? 32768 : reader.extend(size);
        const at = y * rowLength + x * total + index;
        let prediction: number;
        if (start) prediction = initial;
        else if (y === firstRow) prediction = x === 0 ? initial : out[at - total];
        else if (x === 0) prediction = out[at - rowLength];
        else
          prediction = predict(scan.start, out[at - total], out[at - rowLength], out[at - rowLength - total]);
        out[at] = prediction + difference;
      }
      start = false;
      if (x === width - 1 && reader.overrun)
        throw new CodecFailure('file-truncated', `its JPEG data end in row ${y + 1} of ${height}`);
    }
  if (scan.low > 0)
    for (const { index } of scan.components)
      for (let at = index; at < out.length; at += total) out[at] <<= scan.low;
}

/** Decodes a lossless frame to its samples, exactly as they were coded. */
export function decodeJpegLossless(bytes: Uint8Array, shape: FrameShape): CodedImage {
  let out: Uint16Array | undefined;
  const frame = walkJpeg(bytes, (found, scan) => {
    if (out === undefined) {
      checkShape({ ...found, components: found.components.length }, shape, 'JPEG');
      if (found.components.some((component) => component.h !== found.hMax || component.v !== found.vMax))
        throw new CodecFailure(
          'format-unsupported',
          'its lossless JPEG has components of reduced resolution',
        );
      if (found.bits < 2 || found.bits > 16)
        throw new CodecFailure('file-corrupt', 'its JPEG bit depth is damaged');
      out = new Uint16Array(found.width * found.height * found.components.length);
    }
    decodeScan(bytes, found, scan, out);
  });
  const { width, height, bits } = frame;
  const samples = out ?? new Uint16Array(0);
  const data = bits <= 8 ? Uint8Array.from(samples) : samples;
  return { width, height, components: frame.components.length, bits, signed: false, data };
}

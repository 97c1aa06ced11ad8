// JPEG marker segments: tables, the frame, and one call for each scan (ITU-T T.81 annex B).
import { CodecFailure } from './codec.ts';
import { type HuffmanTable, huffmanTable } from './jpeg-bits.ts';
import { isFrameMarker } from './jpeg-header.ts';

export interface FrameComponent {
  readonly id: number;
  readonly h: number;
  readonly v: number;
  readonly quantisation: number;
}

export interface JpegFrame {
  readonly marker: number;
  readonly bits: number;
  readonly width: number;
  readonly height: number;
  readonly components: readonly FrameComponent[];
  readonly hMax: number;
  readonly vMax: number;
}

export interface Scan {
  /** Indices into the frame's components, with their tables. */
  readonly components: readonly {
    readonly index: number;
    readonly dc?: HuffmanTable;
    readonly ac?: HuffmanTable;
  }[];
  /** Spectral start (or the lossless predictor), end, and the successive approximation's high and low bits. */
  readonly start: number;
  readonly end: number;
  readonly high: number;
  readonly low: number;
  readonly restartInterval: number;
  /** Where the entropy-coded data begin. */
  readonly at: number;
  /** In zigzag order, as the tables stood at this scan. */
  readonly quantisation: readonly (Uint16Array | undefined)[];
}

function readFrame(view: DataView, at: number, length: number, marker: number): JpegFrame {
  const count = view.getUint8(at + 5);
  if (length < 6 + 3 * count || count === 0 || count > 4)
    throw new CodecFailure('file-corrupt', 'its JPEG frame header is damaged');
  const components: FrameComponent[] = [];
  for (let n = 0; n < count; n++) {
    const sampling = view.getUint8(at + 7 + 3 * n);
    const component = { id: view.getUint8(at + 6 + 3 * n), h: sampling >> 4, v: sampling & 15 };
    if (component.h < 1 || component.h > 4 || component.v < 1 || component.v > 4)
      throw new CodecFailure('file-corrupt', 'its JPEG sampling factors are damaged');
    components.push({ ...component, quantisation: view.getUint8(at + 8 + 3 * n) & 3 });
  }
  return {
    marker,
    bits: view.getUint8(at),
    height: view.getUint16(at + 1),
    width: view.getUint16(at + 3),
    components,
    hMax: Math.max(...components.map((c) => c.h)),
    vMax: Math.max(...components.map((c) => c.v)),
  };
}

/** Where the marker after the entropy-coded data stands, restart markers being part of the data. */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1];
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.length;
}

/** Walks a JPEG stream and calls `onScan` for each scan. Returns the frame. */
export function walkJpeg(bytes: Uint8Array, onScan: (frame: JpegFrame, scan: Scan) => void): JpegFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const quantisation: (Uint16Array | undefined)[] = [undefined, undefined, undefined, undefined];
  const dc: (HuffmanTable | undefined)[] = [];
  const ac: (HuffmanTable | undefined)[] = [];
  let restartInterval = 0;
  let frame: JpegFrame | undefined;
  let scans = 0;
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw new CodecFailure('file-corrupt', 'its JPEG markers are damaged');
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xd9) break;
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    const length = view.getUint16(at + 2) - 2;
    const body = at + 4;
    const end = body + length;
    if (length < 0 || end > bytes.length)
      throw new CodecFailure('file-truncated', 'a JPEG segment is cut off');
    if (marker === 0xdb) readQuantisation(view, body, end, quantisation);
    else if (marker === 0xc4) readHuffman(bytes, body, end, dc, ac);
    else if (marker === 0xdd) restartInterval = view.getUint16(body);
    else if (isFrameMarker(marker)) {
      if (frame !== undefined || length < 6)
        throw new CodecFailure('file-corrupt', 'it has two JPEG frame headers');
      frame = readFrame(view, body, length, marker);
    }
    at = end;
    if (marker !== 0xda) continue;
    if (frame === undefined) throw new CodecFailure('file-corrupt', 'a JPEG scan comes before its frame');
    // Real progressions have a dozen scans; a hostile stream could hold millions, each covering the whole image.
    if (++scans > 200) throw new CodecFailure('file-corrupt', 'its JPEG stream has too many scans');
    const count = bytes[body];
    if (count < 1 || count > 4 || length < 4 + 2 * count)
      throw new CodecFailure('file-corrupt', 'its JPEG scan header is damaged');
    const components = [];
    for (let n = 0; n < count; n++) {
      const id = bytes[body + 1 + 2 * n];
      const tables = bytes[body + 2 + 2 * n];
      const index = frame.components.findIndex((component) => component.id === id);
      if (index < 0) throw new CodecFailure('file-corrupt', 'a JPEG scan names an unknown component');
      components.push({ index, dc: dc[tables >> 4], ac: ac[tables & 15] });
    }
    const [start, last, approximation] = bytes.subarray(body + 1 + 2 * count, body + 4 + 2 * count);
    const [high, low] = [approximation >> 4, approximation & 15];
    onScan(frame, {
      components,
      start,
      end: last,
      high,
      low,
      restartInterval,
      at,
      quantisation: [...quantisation],
    });
    at = nextMarker(bytes, at);
  }
  if (frame === undefined || scans === 0)
    throw new CodecFailure('file-truncated', 'its JPEG stream has no scan');
  return frame;
}

function readQuantisation(
  view: DataView,
  from: number,
  end: number,
  tables: (Uint16Array | undefined)[],
): void {
  let at = from;
  while (at < end) {
    const spec = view.getUint8(at);
    const wide = spec >> 4 !== 0;
    if (at + 1 + (wide ? 128 : 64) > end)
      throw new CodecFailure('file-corrupt', 'a quantisation table is cut off');
    tables[spec & 3] = Uint16Array.from({ length: 64 }, (_, n) =>
      wide ? view.getUint16(at + 1 + 2 * n) : view.getUint8(at + 1 + n),
    );
    at += 1 + (wide ? 128 : 64);
  }
}

function readHuffman(
  bytes: Uint8Array,
  from: number,
  end: number,
  dc: (HuffmanTable | undefined)[],
  ac: (HuffmanTable | undefined)[],
): void {
  let at = from;
  while (at + 17 <= end) {
    const spec = bytes[at];
    const counts = bytes.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (at + 17 + total > end) throw new CodecFailure('file-corrupt', 'a Huffman table is cut off');
    const table = huffmanTable(counts, bytes.subarray(at + 17, at + 17 + total));
    (spec >> 4 === 0 ? dc : ac)[spec & 15] = table;
    at += 17 + total;
  }
}

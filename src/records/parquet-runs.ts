// Checks runs of levels and indices in a Parquet page before they are unpacked: a few bytes may promise billions.
import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';

/** The last run of a column may be padded, and by how much is up to its writer. */
const PADDING = 1024;
/** Largest block and most miniblocks of delta encodings; writers use 128 and 4. */
const MAX_BLOCK = 1 << 16;

function varint(bytes: Uint8Array, from: number, end: number): { value: number; at: number } {
  let value = 0;
  for (let n = 0; n < 5; n++) {
    if (from + n >= end) break;
    const part = bytes[from + n];
    value += (part & 0x7f) * 2 ** (7 * n);
    if (part < 0x80) return { value, at: from + n + 1 };
  }
  throw new RangeError('a run has no length');
}

/**
 * Runs of `count` values of `width` bits between two places: how many of them equal `level`, which has at most 8 bits.
 * Throws RangeError when the runs do not come out.
 */
export function checkRuns(
  bytes: Uint8Array,
  from: number,
  end: number,
  width: number,
  count: number,
  level = -1,
): number {
  if (end > bytes.length || from > end || width > 32) throw new RangeError('its runs are damaged');
  let at = from;
  let equal = 0;
  for (let seen = 0; seen < count; ) {
    const header = varint(bytes, at, end);
    at = header.at;
    const packed = header.value % 2 === 1;
    const groups = Math.floor(header.value / 2);
    const values = packed ? groups * 8 : groups;
    if (values > count - seen + PADDING) throw new RangeError('a run is longer than its page');
    const told = Math.min(values, count - seen);
    if (level >= 0) {
      if (packed) equal += equalInPacked(bytes, at, width, told, level);
      else if (bytes[at] === level) equal += told;
    }
    seen += values;
    at += packed ? groups * width : (width + 7) >> 3;
    if (at > end && (seen < count || !packed)) throw new RangeError('its runs end early');
  }
  return equal;
}

function equalInPacked(bytes: Uint8Array, at: number, width: number, count: number, level: number): number {
  const mask = (1 << width) - 1;
  let equal = 0;
  for (let n = 0, bit = 0; n < count; n++, bit += width) {
    const byte = at + (bit >> 3);
    const two = bytes[byte] | ((bytes[byte + 1] ?? 0) << 8);
    if (((two >> (bit & 7)) & mask) === level) equal++;
  }
  return equal;
}

function checkDeltaHead(bytes: Uint8Array, from: number): void {
  const block = varint(bytes, from, bytes.length);
  const miniblocks = varint(bytes, block.at, bytes.length);
  if (block.value > MAX_BLOCK || miniblocks.value > MAX_BLOCK || miniblocks.value === 0)
    throw new RangeError('its delta blocks are damaged');
}

/** Delta-coded values from a place on; texts that share beginnings must not unfold to more than `maxBytes`. */
export function checkDeltas(
  bytes: Uint8Array,
  from: number,
  count: number,
  encoding: string,
  maxBytes: number,
): void {
  if (count === 0) return;
  checkDeltaHead(bytes, from);
  if (encoding !== 'DELTA_BYTE_ARRAY') return;
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: from };
  const shared = new Int32Array(count);
  deltaBinaryUnpack(reader, count, shared);
  checkDeltaHead(bytes, reader.offset);
  const total = shared.reduce((sum, length) => sum + Math.max(0, length), 0);
  if (total > maxBytes) throw new RangeError('its texts unfold to too much');
}

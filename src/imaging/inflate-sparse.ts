// Unpacks gzip that is mostly blank, as masks are: runs of zeros are stepped over instead of written.
import { crc32 } from 'node:zlib';
import { blankCrc32 } from './blank-crc32.ts';
import type { Spans } from './occupied.ts';
import { FIXED_DISTANCES, FIXED_LITERALS, type PrefixCode, prefixCode } from './prefix-code.ts';

/** Stretches of zeros shorter than this stay inside a span. */
const GAP = 4096;

/** Length codes 257…285 and distance codes 0…29: what they start from, and how many more bits follow (RFC 1951, 3.2.5). */
const LENGTH_EXTRA = Uint8Array.from({ length: 29 }, (_, n) => (n < 4 || n === 28 ? 0 : (n >> 2) - 1));
const LENGTH_BASE = basesOf(LENGTH_EXTRA, 3);
LENGTH_BASE[28] = 258;
const DISTANCE_EXTRA = Uint8Array.from({ length: 30 }, (_, n) => (n < 2 ? 0 : (n >> 1) - 1));
const DISTANCE_BASE = basesOf(DISTANCE_EXTRA, 1);
/** In which order a block gives the lengths of the codes for code lengths. */
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function basesOf(extra: Uint8Array, first: number): Uint16Array {
  const bases = new Uint16Array(extra.length);
  let base = first;
  for (let n = 0; n < extra.length; n++) {
    bases[n] = base;
    base += 1 << extra[n];
  }
  return bases;
}

/**
 * Unpacks a gzip file of one member into `out`, which must be 0, and checks its sum.
 * Returns where `out` is not blank: elsewhere it was never touched, so its memory need not exist. Returns undefined for
 * anything but one sound member of exactly `out.length` bytes: `out` then holds rubbish, and zlib knows what is wrong.
 */
export function inflateSparse(packed: Uint8Array, out: Uint8Array): Spans | undefined {
  const start = gzipBody(packed);
  if (start === undefined) return undefined;
  const stream = {
    packed,
    at: start,
    bits: 0,
    held: 0,
    out,
    filled: 0,
    spans: [[0, 0]] as [number, number][],
  };
  for (let last = false; !last; ) {
    last = take(stream, 1) === 1;
    const sound = block(stream, take(stream, 2));
    if (!sound || stream.at - (stream.held >> 3) > packed.length - 8) return undefined;
  }
  const trailer = stream.at - (stream.held >> 3);
  if (stream.filled !== out.length || trailer !== packed.length - 8) return undefined;
  const view = new DataView(packed.buffer, packed.byteOffset + trailer, 8);
  const spans = stream.spans.filter(([from, to]) => to > from);
  if (view.getUint32(0, true) !== sumOf(out, spans) || view.getUint32(4, true) !== out.length % 2 ** 32)
    return undefined;
  return spans;
}

/** Where the deflate stream starts, or undefined when the header is not one that we know. */
function gzipBody(packed: Uint8Array): number | undefined {
  if (packed.length < 20 || packed[0] !== 0x1f || packed[1] !== 0x8b || packed[2] !== 8) return undefined;
  const flags = packed[3];
  // A header with its own sum, or with flags to come, is left to zlib.
  if ((flags & 0b1110_0010) !== 0) return undefined;
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + packed[10] + 256 * packed[11];
  for (const flag of [8, 16])
    if ((flags & flag) !== 0) {
      const end = packed.indexOf(0, at);
      if (end < 0) return undefined;
      at = end + 1;
    }
  return at;
}

function sumOf(out: Uint8Array, spans: Spans): number {
  let sum = 0;
  let at = 0;
  for (const [from, to] of spans) {
    sum = crc32(out.subarray(from, to), blankCrc32(sum, from - at));
    at = to;
  }
  return blankCrc32(sum, out.length - at);
}

interface Stream {
  readonly packed: Uint8Array;
  at: number;
  /** The `held` bits taken from `packed` and not used yet, the lowest first. */
  bits: number;
  held: number;
  readonly out: Uint8Array;
  filled: number;
  /** Where anything but 0 was written. */
  readonly spans: [number, number][];
}

/** The next `count` bits, up to 16; 0 beyond the end. */
function take(stream: Stream, count: number): number {
  while (stream.held < count) {
    stream.bits |= (stream.packed[stream.at++] ?? 0) << stream.held;
    stream.held += 8;
  }
  const value = stream.bits & ((1 << count) - 1);
  stream.bits >>>= count;
  stream.held -= count;
  return value;
}

function block(stream: Stream, kind: number): boolean {
  if (kind === 0) return storedBlock(stream);
  if (kind === 3) return false;
  const codes = kind === 1 ? ([FIXED_LITERALS, FIXED_DISTANCES] as const) : blockCodes(stream);
  return codes?.[0] !== undefined && codes[1] !== undefined && packedBlock(stream, codes[0], codes[1]);
}

function storedBlock(stream: Stream): boolean {
  stream.at -= stream.held >> 3;
  stream.bits = 0;
  stream.held = 0;
  const length = take(stream, 16);
  if (length !== (take(stream, 16) ^ 0xffff)) return false;
  const { at, filled, packed, out } = stream;
  if (at + length > packed.length || filled + length > out.length) return false;
  out.set(packed.subarray(at, at + length), filled);
  note(stream.spans, filled, filled + length);
  stream.at += length;
  stream.filled += length;
  return true;
}

function note(spans: [number, number][], from: number, to: number): void {
  const last = spans[spans.length - 1];
  if (from - last[1] < GAP) last[1] = to;
  else spans.push([from, to]);
}

/** The codes that a block brings along. */
function blockCodes(stream: Stream): readonly [PrefixCode | undefined, PrefixCode | undefined] | undefined {
  const literals = take(stream, 5) + 257;
  const distances = take(stream, 5) + 1;
  const given = take(stream, 4) + 4;
  if (literals > 286 || distances > 30) return undefined;
  const own = new Uint8Array(19);
  for (let n = 0; n < given; n++) own[CODE_LENGTH_ORDER[n]] = take(stream, 3);
  const code = prefixCode(own);
  if (code === undefined) return undefined;
  const lengths = new Uint8Array(literals + distances);
  for (let n = 0; n < lengths.length; ) {
    const symbol = nextSymbol(stream, code);
    if (symbol < 0) return undefined;
    if (symbol < 16) {
      lengths[n++] = symbol;
      continue;
    }
    const times =
      symbol === 16 ? 3 + take(stream, 2) : symbol === 17 ? 3 + take(stream, 3) : 11 + take(stream, 7);
    if (n + times > lengths.length || (symbol === 16 && n === 0)) return undefined;
    if (symbol === 16) lengths.fill(lengths[n - 1], n, n + times);
    n += times;
  }
  // A block that could never end.
  if (lengths[256] === 0) return undefined;
  return [prefixCode(lengths.subarray(0, literals)), prefixCode(lengths.subarray(literals))];
}

/** The symbol that comes next, or −1 where no code begins so. */
function nextSymbol(stream: Stream, { bits, entries }: PrefixCode): number {
  while (stream.held < bits) {
    stream.bits |= (stream.packed[stream.at++] ?? 0) << stream.held;
    stream.held += 8;
  }
  const entry = entries[stream.bits & (entries.length - 1)];
  if (entry === 0) return -1;
  stream.bits >>= entry & 15;
  stream.held -= entry & 15;
  return entry >> 4;
}

/** The inner loop: everything in local variables, no calls, no objects. */
function packedBlock(stream: Stream, literals: PrefixCode, distances: PrefixCode): boolean {
  const { packed, out, spans } = stream;
  const end = packed.length;
  const size = out.length;
  const literalEntries = literals.entries;
  const literalMask = literalEntries.length - 1;
  const distanceEntries = distances.entries;
  const distanceMask = distanceEntries.length - 1;
  let { at, bits, held, filled } = stream;
  // The span that is being written; everything from its end to `filled` is 0.
  let [from, to] = spans.pop() ?? [0, 0];
  let sound = false;
  while (at <= end) {
    while (held <= 22) {
      bits |= (at < end ? packed[at] : 0) << held;
      at++;
      held += 8;
    }
    const before = bits;
    const entry = literalEntries[bits & literalMask];
    bits >>= entry & 15;
    held -= entry & 15;
    const symbol = entry >> 4;
    if (symbol < 256) {
      // Without a code the entry is 0.
      if (entry === 0 || filled >= size) break;
      if (symbol !== 0) {
        if (filled - to >= GAP) {
          spans.push([from, to]);
          from = filled;
        }
        out[filled] = symbol;
        to = filled + 1;
      }
      filled++;
      continue;
    }
    if (symbol === 256) {
      sound = true;
      break;
    }
    if (symbol > 285) break;
    const lengthExtra = LENGTH_EXTRA[symbol - 257];
    const length = LENGTH_BASE[symbol - 257] + (bits & ((1 << lengthExtra) - 1));
    bits >>= lengthExtra;
    held -= lengthExtra;
    while (held <= 22) {
      bits |= (at < end ? packed[at] : 0) << held;
      at++;
      held += 8;
    }
    const distanceEntry = distanceEntries[bits & distanceMask];
    bits >>= distanceEntry & 15;
    held -= distanceEntry & 15;
    const distanceSymbol = distanceEntry >> 4;
    if (distanceEntry === 0 || distanceSymbol > 29) break;
    const distanceExtra = DISTANCE_EXTRA[distanceSymbol];
    while (held < distanceExtra) {
      bits |= (at < end ? packed[at] : 0) << held;
      at++;
      held += 8;
    }
    const distance = DISTANCE_BASE[distanceSymbol] + (bits & ((1 << distanceExtra) - 1));
    bits >>= distanceExtra;
    held -= distanceExtra;
    const source = filled - distance;
    const stop = filled + length;
    if (source < 0 || stop > size) break;
    if (source < to) {
      if (filled - to >= GAP) {
        spans.push([from, to]);
        from = filled;
      }
      if (distance > 1) {
        // What is copied may end in zeros, or be nothing else.
        for (let n = filled; n < stop; n++) {
          const value = out[n - distance];
          if (value !== 0) {
            out[n] = value;
            to = n + 1;
          }
        }
      } else {
        out.fill(out[source], filled, stop);
        to = stop;
      }
    }
    filled = stop;
    if (source < to) continue;
    // Nothing but zeros was repeated. In the background the same code follows many times over.
    const width = (entry & 15) + lengthExtra + (distanceEntry & 15) + distanceExtra;
    if (width > 11) continue;
    const mask = (1 << width) - 1;
    const same = before & mask;
    while (held <= 22) {
      bits |= (at < end ? packed[at] : 0) << held;
      at++;
      held += 8;
    }
    while (filled + length <= size && (bits & mask) === same) {
      bits >>= width;
      held -= width;
      filled += length;
      if (held < width)
        while (held <= 22) {
          bits |= (at < end ? packed[at] : 0) << held;
          at++;
          held += 8;
        }
    }
  }
  spans.push([from, to]);
  stream.at = at;
  stream.bits = bits;
  stream.held = held;
  stream.filled = filled;
  return sound;
}

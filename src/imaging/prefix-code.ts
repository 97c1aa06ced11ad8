// Prefix codes of deflate: from the lengths of the codes to a table that a stream's next bits look up.

/** A prefix code: the next `bits` bits of the stream lead to symbol × 16 + length, or 0 where no code begins so. */
export interface PrefixCode {
  readonly bits: number;
  readonly entries: Uint16Array;
}

/** Undefined for lengths that are no prefix code. */
export function prefixCode(lengths: Uint8Array): PrefixCode | undefined {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length]++;
  counts[0] = 0;
  let bits = 15;
  while (bits > 1 && counts[bits] === 0) bits--;
  const next = new Uint16Array(17);
  let room = 1;
  for (let length = 1; length <= bits; length++) {
    room = 2 * room - counts[length];
    if (room < 0) return undefined;
    next[length + 1] = (next[length] + counts[length]) << 1;
  }
  const entries = new Uint16Array(1 << bits);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol];
    if (length === 0) continue;
    // Codes lie in the stream from their highest bit on.
    let code = next[length]++;
    let reversed = 0;
    for (let bit = 0; bit < length; bit++, code >>= 1) reversed = (reversed << 1) | (code & 1);
    for (let at = reversed; at < entries.length; at += 1 << length) entries[at] = (symbol << 4) | length;
  }
  return { bits, entries };
}

/** The codes of blocks that bring none along (RFC 1951, 3.2.6). */
const FIXED_LENGTHS = Uint8Array.from({ length: 288 }, (_, n) =>
  n < 144 ? 8 : n < 256 ? 9 : n < 280 ? 7 : 8,
);
export const FIXED_LITERALS = prefixCode(FIXED_LENGTHS);
export const FIXED_DISTANCES = prefixCode(new Uint8Array(30).fill(5));

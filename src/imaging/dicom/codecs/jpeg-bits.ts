// Entropy-coded JPEG data: bits with stuffing removed, and Huffman tables (ITU-T T.81 annexes C and F).
import { CodecFailure } from './codec.ts';

const FAST_BITS = 9;

export interface HuffmanTable {
  /** For the next nine bits: length × 256 + value, or 0 when the code is longer. */
  readonly fast: Uint16Array;
  /** Largest code of each length, −1 when there is none. */
  readonly largest: Int32Array;
  /** Add to a code of a length to get its place among the values. */
  readonly offset: Int32Array;
  readonly values: Uint8Array;
}

/** Builds a table from the counts of codes of lengths 1–16 and their values. */
export function huffmanTable(counts: Uint8Array, values: Uint8Array): HuffmanTable {
  const fast = new Uint16Array(1 << FAST_BITS);
  const largest = new Int32Array(17).fill(-1);
  const offset = new Int32Array(17);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1];
    offset[length] = index - code;
    if (code + count > 1 << length)
      throw new CodecFailure('file-corrupt', 'a Huffman table has too many codes');
    for (let n = 0; n < count; n++, code++, index++)
      if (length <= FAST_BITS) {
        const first = code << (FAST_BITS - length);
        fast.fill((length << 8) | values[index], first, first + (1 << (FAST_BITS - length)));
      }
    if (count > 0) largest[length] = code - 1;
    code <<= 1;
  }
  return { fast, largest, offset, values };
}

/** Reads bits up to the next marker; past it, zeros come, and `overrun` tells that they were used. */
export class BitReader {
  at: number;
  private readonly bytes: Uint8Array;
  private bits = 0;
  private count = 0;
  private padding = 0;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  private fill(): void {
    const { bytes } = this;
    while (this.count <= 24) {
      let byte = 0;
      if (this.at >= bytes.length) this.padding += 8;
      else if (bytes[this.at] !== 0xff) byte = bytes[this.at++];
      else if (bytes[this.at + 1] === 0) {
        byte = 0xff;
        this.at += 2;
      } else if (bytes[this.at + 1] === 0xff) {
        this.at += 1;
        continue;
      } else this.padding += 8;
      this.bits = (this.bits << 8) | byte;
      this.count += 8;
    }
  }

  /** True when more bits were read than there are before the marker. */
  get overrun(): boolean {
    return this.padding > this.count;
  }

  decode(table: HuffmanTable): number {
    if (this.count < 16) this.fill();
    const next = (this.bits >>> (this.count - 16)) & 0xffff;
    const fast = table.fast[next >>> (16 - FAST_BITS)];
    if (fast !== 0) {
      this.count -= fast >>> 8;
      return fast & 0xff;
    }
    for (let length = FAST_BITS + 1; length <= 16; length++) {
      const code = next >>> (16 - length);
      if (code <= table.largest[length]) {
        this.count -= length;
        return table.values[code + table.offset[length]];
      }
    }
    throw new CodecFailure(
      this.overrun ? 'file-truncated' : 'file-corrupt',
      'its entropy-coded data make no sense',
    );
  }

  /** The next `n` bits (0–16) as an unsigned number. */
  receive(n: number): number {
    if (n === 0) return 0;
    if (this.count < n) this.fill();
    this.count -= n;
    return (this.bits >>> this.count) & ((1 << n) - 1);
  }

  /** The next `n` bits as the signed difference of category `n` (T.81 F.2.2.1). */
  extend(n: number): number {
    if (n === 0) return 0;
    const value = this.receive(n);
    return value < 1 << (n - 1) ? value - (1 << n) + 1 : value;
  }

  /** Drops what is left of this byte and steps over the restart marker that must follow. */
  restart(): void {
    if (this.overrun) throw new CodecFailure('file-truncated', 'its entropy-coded data end early');
    this.bits = 0;
    this.count = 0;
    this.padding = 0;
    while (this.bytes[this.at] === 0xff && this.bytes[this.at + 1] === 0xff) this.at += 1;
    const marker = this.bytes[this.at] === 0xff ? this.bytes[this.at + 1] : 0;
    if (marker < 0xd0 || marker > 0xd7)
      throw new CodecFailure('file-corrupt', 'a JPEG restart marker is missing');
    this.at += 2;
  }
}

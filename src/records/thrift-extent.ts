// How far a Thrift compact structure reaches, found without trusting any number in it.

/** Kinds of fields in the compact protocol that Parquet uses. */
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;
const MAX_DEPTH = 32;

class Incomplete extends Error {}

/**
 * The place just past the structure that begins at `at`; −1 when the bytes end before it does. Reading it afterwards
 * takes no more steps than it has bytes. Throws RangeError for what is no such structure.
 */
export function thriftEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  const byte = () => {
    if (at >= bytes.length) throw new Incomplete();
    return bytes[at++];
  };
  const varint = (longest: number): number => {
    let value = 0;
    for (let n = 0; n < longest; n++) {
      const part = byte();
      value |= n < 5 ? (part & 0x7f) << (7 * n) : 0;
      if (part < 0x80) return value;
    }
    throw new RangeError('a number is too long');
  };
  const length = () => {
    const found = varint(5);
    if (found < 0) throw new RangeError('a length is negative');
    return found;
  };
  const skip = (count: number) => {
    at += count;
    if (at > bytes.length) throw new Incomplete();
  };
  const element = (kind: number, depth: number): void => {
    if (kind === TRUE || kind === FALSE) return;
    if (kind === BYTE) skip(1);
    else if (kind >= I16 && kind <= I64) varint(10);
    else if (kind === DOUBLE) skip(8);
    else if (kind === BINARY) skip(length());
    else if (kind === LIST) {
      const head = byte();
      const of = head & 0x0f;
      const size = head >> 4 === 15 ? length() : head >> 4;
      // Every element has at least a byte; booleans in lists have one as well.
      for (let n = 0; n < size; n++) element(of === TRUE || of === FALSE ? BYTE : of, depth + 1);
    } else if (kind === STRUCT) structure(depth + 1);
    else throw new RangeError(`a field has the unknown kind ${kind}`);
  };
  const structure = (depth: number): void => {
    if (depth > MAX_DEPTH) throw new RangeError('it is nested too deeply');
    for (;;) {
      const head = byte();
      if ((head & 0x0f) === 0) return;
      if (head >> 4 === 0) varint(5);
      element(head & 0x0f, depth);
    }
  };
  try {
    structure(0);
    return at;
  } catch (error) {
    if (error instanceof Incomplete) return -1;
    throw error;
  }
}

// One 512-byte header of a tar archive: ustar, pax and GNU.
import { corrupt } from './stream-errors.ts';

export const BLOCK = 512;

export interface TarHeader {
  readonly path: string;
  readonly size: number;
  /** '0' file, '5' folder, 'x' and 'g' pax, 'L' and 'K' GNU long names, others. */
  readonly type: string;
}

function text(block: Uint8Array, start: number, length: number): string {
  const field = Buffer.from(block.buffer, block.byteOffset + start, length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

/** Octal digits, or a big-endian number when the first bit is set (GNU, for files over 8 GiB). NaN when neither. */
function number(block: Uint8Array, start: number, length: number): number {
  if ((block[start] & 0x80) !== 0) {
    let value = block[start] & 0x7f;
    for (let at = start + 1; at < start + length; at++) value = value * 256 + block[at];
    return value;
  }
  const digits = text(block, start, length).trim();
  return digits === '' ? 0 : /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

export function isZeros(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** Throws `file-corrupt` when the header's own sum is wrong. */
export function tarHeader(block: Uint8Array, name: string, record: number): TarHeader {
  let unsigned = 0;
  let signed = 0;
  for (let at = 0; at < BLOCK; at++) {
    const byte = at >= 148 && at < 156 ? 0x20 : block[at];
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const sum = number(block, 148, 8);
  const size = number(block, 124, 12);
  // Some old writers added signed bytes.
  if ((sum !== unsigned && sum !== signed) || !Number.isSafeInteger(size))
    throw corrupt(name, record, 'a header of the archive is damaged');
  const own = text(block, 0, 100);
  // GNU's own format, "ustar" and a space, keeps other things in the place of the prefix.
  const prefix = text(block, 257, 6) === 'ustar' && block[262] === 0 ? text(block, 345, 155) : '';
  const type = String.fromCharCode(block[156]);
  return {
    path: prefix === '' ? own : `${prefix}/${own}`,
    size,
    type: type === '\0' || type === '7' ? (own.endsWith('/') ? '5' : '0') : type,
  };
}

/** Records of a pax header: "LENGTH KEY=VALUE\n", the length counting itself in bytes. Throws `file-corrupt`. */
export function paxRecords(bytes: Uint8Array, name: string, record: number): ReadonlyMap<string, string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records = new Map<string, string>();
  let at = 0;
  while (at < buffer.length && buffer[at] !== 0) {
    const space = buffer.indexOf(0x20, at);
    const digits = space < 0 ? '' : buffer.toString('latin1', at, space);
    const length = /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    const equals = buffer.indexOf(0x3d, space);
    if (length === 0 || end > buffer.length || buffer[end - 1] !== 0x0a || equals < 0 || equals >= end)
      throw corrupt(name, record, 'an extended header of the archive is damaged');
    records.set(buffer.toString('utf8', space + 1, equals), buffer.toString('utf8', equals + 1, end - 1));
    at = end;
  }
  return records;
}

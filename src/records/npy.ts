// The head of a .npy array: version, shape, kind of number.
import { OverreadError } from '../domain/errors.ts';

export interface NpyHead {
  /** NumPy's own name without byte order: "u1", "i8", "f4", "b1", "U5"… */
  readonly dtype: string;
  readonly itemBytes: number;
  readonly littleEndian: boolean;
  /** Columns first. */
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Bytes before the first value. */
  readonly length: number;
}

/** Most bytes of head that are looked at. */
export const MAX_NPY_HEAD = 1 << 16;

const FORM =
  /^\{\s*'descr':\s*'([<>|=])([a-zA-Z])(\d+)',\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(([\d,\s]*)\),?\s*\}\s*$/;

/** @param bytes the first MAX_NPY_HEAD bytes of the array's file, or all of it. Throws `file-corrupt`, `format-unsupported` */
export function npyHead(bytes: Uint8Array, name: string): NpyHead {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = view[6] >= 2;
  const begin = wide ? 12 : 10;
  if (view.length < begin || view.toString('latin1', 0, 6) !== '\x93NUMPY')
    throw new OverreadError('file-corrupt', `${name} is no NumPy array: copy it again.`);
  const length = begin + (wide ? view.readUInt32LE(8) : view.readUInt16LE(8));
  if (length > view.length)
    throw new OverreadError('file-truncated', `${name} ends within its head: copy it again.`);
  const match = FORM.exec(view.toString('utf8', begin, length));
  if (match === null)
    throw new OverreadError(
      'format-unsupported',
      `${name} holds Python objects or structures and not plain numbers: save it as a plain array.`,
    );
  const [, order, kind, width, fortran, dimensions] = match;
  const shape = dimensions
    .split(',')
    .filter((text) => text.trim() !== '')
    .map(Number);
  const itemBytes = Number(width) * (kind === 'U' ? 4 : 1);
  const total = shape.reduce((product, size) => product * size, itemBytes);
  if (!'biufUS'.includes(kind) || !Number.isSafeInteger(total))
    throw new OverreadError(
      'format-unsupported',
      `${name} holds values of kind "${kind}${width}", which are not read.`,
    );
  return {
    ...{ dtype: `${kind}${width}`, itemBytes, shape, length },
    littleEndian: order !== '>',
    fortran: fortran === 'True' && shape.length > 1,
  };
}

export type NpyValues =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | readonly string[];

/** Values of the bytes. 64-bit integers come as Float64Array; throws `format-unsupported` for those beyond 2^53. */
export function npyValues(head: NpyHead, bytes: Uint8Array, name: string): NpyValues {
  const { itemBytes, littleEndian } = head;
  const count = itemBytes === 0 ? 0 : bytes.length / itemBytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fill = <T extends { [at: number]: number }>(into: T, read: (at: number) => number): T => {
    for (let at = 0; at < count; at++) into[at] = read(at * itemBytes);
    return into;
  };
  const safe = (value: bigint) => {
    const number = Number(value);
    if (!Number.isSafeInteger(number))
      throw new OverreadError(
        'format-unsupported',
        `${name} holds integers beyond 2^53, which are not read.`,
      );
    return number;
  };
  switch (head.dtype) {
    case 'u1':
    case 'b1':
      return new Uint8Array(bytes);
    case 'i1':
      return fill(new Int8Array(count), (at) => view.getInt8(at));
    case 'u2':
      return fill(new Uint16Array(count), (at) => view.getUint16(at, littleEndian));
    case 'i2':
      return fill(new Int16Array(count), (at) => view.getInt16(at, littleEndian));
    case 'u4':
      return fill(new Uint32Array(count), (at) => view.getUint32(at, littleEndian));
    case 'i4':
      return fill(new Int32Array(count), (at) => view.getInt32(at, littleEndian));
    case 'u8':
      return fill(new Float64Array(count), (at) => safe(view.getBigUint64(at, littleEndian)));
    case 'i8':
      return fill(new Float64Array(count), (at) => safe(view.getBigInt64(at, littleEndian)));
    case 'f4':
      return fill(new Float32Array(count), (at) => view.getFloat32(at, littleEndian));
    case 'f8':
      return fill(new Float64Array(count), (at) => view.getFloat64(at, littleEndian));
    default:
      return textValues(head, bytes, name);
  }
}

function textValues({ dtype, itemBytes, littleEndian }: NpyHead, bytes: Uint8Array, name: string): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: string[] = [];
  if (!/^[US]/.test(dtype) || itemBytes === 0)
    throw new OverreadError(
      'format-unsupported',
      `${name} holds values of kind "${dtype}", which are not read.`,
    );
  const step = dtype.startsWith('U') ? 4 : 1;
  for (let start = 0; start < bytes.length; start += itemBytes) {
    let text = '';
    for (let at = start; at < start + itemBytes; at += step) {
      const point = step === 4 ? view.getUint32(at, littleEndian) : view.getUint8(at);
      if (point > 0x10ffff)
        throw new OverreadError('file-corrupt', `${name} holds text that is none: copy it again.`);
      text += String.fromCodePoint(point);
    }
    values.push(text.replace(/\0+$/, ''));
  }
  return values;
}

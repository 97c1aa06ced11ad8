// DICOM files made by hand for tests: any encoding, from tags, representations and values.
import { deflateRawSync } from 'node:zlib';

export type SampleValue = string | number | readonly number[] | Uint8Array | readonly Sample[];
/** Attributes by "ggggeeee", each with its representation and value. A sequence's value is a list of items. */
export interface Sample {
  readonly [tag: string]: readonly [vr: string, value: SampleValue];
}

export interface SampleEncoding {
  readonly transferSyntax?: string;
  readonly explicit?: boolean;
  readonly little?: boolean;
  readonly deflated?: boolean;
  /** Without preamble, prefix and meta header. */
  readonly bare?: boolean;
  /** Sequences and items of undefined length. */
  readonly undefinedLength?: boolean;
}

const LONG = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'];
const WRITERS: Record<
  string,
  { size: number; write: (b: Buffer, v: number, at: number, le: boolean) => void }
> = {
  US: { size: 2, write: (b, v, at, le) => (le ? b.writeUInt16LE(v, at) : b.writeUInt16BE(v, at)) },
  SS: { size: 2, write: (b, v, at, le) => (le ? b.writeInt16LE(v, at) : b.writeInt16BE(v, at)) },
  UL: { size: 4, write: (b, v, at, le) => (le ? b.writeUInt32LE(v, at) : b.writeUInt32BE(v, at)) },
  SL: { size: 4, write: (b, v, at, le) => (le ? b.writeInt32LE(v, at) : b.writeInt32BE(v, at)) },
  FD: { size: 8, write: (b, v, at, le) => (le ? b.writeDoubleLE(v, at) : b.writeDoubleBE(v, at)) },
  OV: {
    size: 8,
    write: (b, v, at, le) => (le ? b.writeBigUInt64LE(BigInt(v), at) : b.writeBigUInt64BE(BigInt(v), at)),
  },
};

function uint(value: number, size: 2 | 4, little: boolean): Buffer {
  const bytes = Buffer.alloc(size);
  if (little) bytes.writeUIntLE(value, 0, size);
  else bytes.writeUIntBE(value, 0, size);
  return bytes;
}

function valueBytes(
  vr: string,
  value: SampleValue,
  e: Required<Pick<SampleEncoding, 'explicit' | 'little' | 'undefinedLength'>>,
): Buffer {
  if (value instanceof Uint8Array) return Buffer.concat([value, Buffer.alloc(value.length % 2)]);
  if (vr === 'SQ') {
    const items = (value as readonly Sample[]).map((item) => {
      const body = elements(item, e);
      const end = e.undefinedLength ? [tagBytes('fffee00d', e.little), Buffer.alloc(4)] : [];
      const length = e.undefinedLength ? 0xffffffff : body.length;
      return Buffer.concat([tagBytes('fffee000', e.little), uint(length, 4, e.little), body, ...end]);
    });
    const end = e.undefinedLength ? [tagBytes('fffee0dd', e.little), Buffer.alloc(4)] : [];
    return Buffer.concat([...items, ...end]);
  }
  const writer = WRITERS[vr];
  if (writer !== undefined) {
    const numbers = typeof value === 'number' ? [value] : (value as readonly number[]);
    const bytes = Buffer.alloc(numbers.length * writer.size);
    for (const [n, number] of numbers.entries()) writer.write(bytes, number, n * writer.size, e.little);
    return bytes;
  }
  const text = Buffer.from(Array.isArray(value) ? value.join('\\') : String(value), 'utf8');
  return Buffer.concat([text, Buffer.alloc(text.length % 2, vr === 'UI' ? 0 : 0x20)]);
}

function tagBytes(tag: string, little: boolean): Buffer {
  return Buffer.concat([
    uint(Number.parseInt(tag.slice(0, 4), 16), 2, little),
    uint(Number.parseInt(tag.slice(4), 16), 2, little),
  ]);
}

function elements(
  sample: Sample,
  e: Required<Pick<SampleEncoding, 'explicit' | 'little' | 'undefinedLength'>>,
): Buffer {
  const parts: Buffer[] = [];
  for (const tag of Object.keys(sample).sort()) {
    const [vr, value] = sample[tag];
    const bytes = valueBytes(vr, value, e);
    const encapsulated =
      tag === '7fe00010' &&
      vr === 'OB' &&
      Buffer.from(bytes.subarray(0, 4)).equals(tagBytes('fffee000', true));
    const undefinedLength = encapsulated || (vr === 'SQ' && e.undefinedLength);
    const length = undefinedLength ? 0xffffffff : bytes.length;
    parts.push(tagBytes(tag, e.little));
    if (!e.explicit) parts.push(uint(length, 4, e.little));
    else if (LONG.includes(vr)) parts.push(Buffer.from(vr), Buffer.alloc(2), uint(length, 4, e.little));
    else parts.push(Buffer.from(vr), uint(length, 2, e.little));
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

/** The bytes of a file. Default encoding: part 10, explicit VR little endian. */
export function dicomBytes(sample: Sample, encoding: SampleEncoding = {}): Uint8Array {
  const { explicit = true, little = true, undefinedLength = false, deflated = false } = encoding;
  const standard = !explicit ? '1.2.840.10008.1.2' : little ? '1.2.840.10008.1.2.1' : '1.2.840.10008.1.2.2';
  const syntax = encoding.transferSyntax ?? (deflated ? '1.2.840.10008.1.2.1.99' : standard);
  const data = elements(sample, { explicit, little, undefinedLength });
  const body = deflated ? deflateRawSync(data) : data;
  if (encoding.bare) return new Uint8Array(body);
  const sopClass = sample['00080016']?.[1] ?? '1.2.840.10008.5.1.4.1.1.2';
  const meta = elements(
    { '00020002': ['UI', sopClass], '00020010': ['UI', syntax] },
    { explicit: true, little: true, undefinedLength: false },
  );
  return new Uint8Array(Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), meta, body]));
}

/** Encapsulated pixel data: an offset table, then fragments, then the delimiter. */
export function encapsulated(fragments: readonly Uint8Array[], offsets: readonly number[] = []): Uint8Array {
  const item = (bytes: Uint8Array) => {
    const even = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]);
    return Buffer.concat([tagBytes('fffee000', true), uint(even.length, 4, true), even]);
  };
  const table = Buffer.concat(offsets.map((offset) => uint(offset, 4, true)));
  return new Uint8Array(
    Buffer.concat([item(table), ...fragments.map(item), tagBytes('fffee0dd', true), Buffer.alloc(4)]),
  );
}

/** A CT slice of `columns` × `rows` with the given stored values (unsigned 16 bit) and any other attributes. */
export function ctSlice(
  options: {
    readonly position?: readonly number[];
    readonly orientation?: readonly number[];
    readonly columns?: number;
    readonly rows?: number;
    readonly values?: readonly number[];
    readonly instance?: number;
    readonly series?: string;
  } = {},
  more: Sample = {},
): Sample {
  const { columns = 4, rows = 3, instance = 1, series = '1.2.3.4', position = [0, 0, 0] } = options;
  const values = options.values ?? Array.from({ length: rows * columns }, (_, n) => n);
  const pixels = Buffer.alloc(values.length * 2);
  for (const [n, value] of values.entries()) pixels.writeUInt16LE(value, n * 2);
  return {
    '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.2'],
    '00080018': ['UI', `1.2.3.4.9.${series.length}.${instance}`],
    '00080060': ['CS', 'CT'],
    '00100010': ['PN', 'Secret^Person'],
    '00100020': ['LO', 'ID-4711'],
    '0020000d': ['UI', '1.2.3'],
    '0020000e': ['UI', series],
    '00200013': ['IS', String(instance)],
    '00200032': ['DS', position.join('\\')],
    '00200037': ['DS', (options.orientation ?? [1, 0, 0, 0, 1, 0]).join('\\')],
    '00200052': ['UI', '1.2.3.5'],
    '00280002': ['US', 1],
    '00280004': ['CS', 'MONOCHROME2'],
    '00280010': ['US', rows],
    '00280011': ['US', columns],
    '00280030': ['DS', '0.8\\0.5'],
    '00280100': ['US', 16],
    '00280101': ['US', 16],
    '00280102': ['US', 15],
    '00280103': ['US', 0],
    '00281052': ['DS', '-1024'],
    '00281053': ['DS', '1'],
    '7fe00010': ['OW', new Uint8Array(pixels)],
    ...more,
  };
}

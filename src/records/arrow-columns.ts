// Columns of an Arrow record batch: which buffers are whose, and the values of a few rows without reading the rest.
import { OverreadError } from '../domain/errors.ts';
import { exactInt64, type Table } from './flatbuffer.ts';

/** A field of the schema, in the types that published data sets use. */
export interface ArrowField {
  readonly name: string;
  readonly kind: Kind;
  readonly children: readonly ArrowField[];
}

type Kind =
  | { readonly id: 'null' }
  | { readonly id: 'bool' }
  | { readonly id: 'struct' }
  | { readonly id: 'int'; readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }
  | { readonly id: 'float'; readonly bits: 32 | 64 }
  | { readonly id: 'bytes'; readonly wide: boolean }
  | { readonly id: 'text'; readonly wide: boolean }
  | { readonly id: 'list'; readonly wide: boolean }
  | { readonly id: 'fixed-list'; readonly size: number };

/** Bytes of one buffer of the batch, by range; checked against its length. */
export interface ArrowBuffer {
  readonly length: number;
  read(start: number, end: number): Promise<DataView>;
}

export interface ArrowColumn {
  readonly field: ArrowField;
  readonly length: number;
  readonly nulls: number;
  readonly buffers: readonly ArrowBuffer[];
  readonly children: readonly ArrowColumn[];
}

const DEEPEST = 64;

/** A field of the schema message. Throws `format-unsupported` for types that no published data set was seen to use. */
export function arrowField(said: Table, name: string, depth = 0): ArrowField {
  const own = said.text(0);
  const type = said.table(3);
  const children = depth < DEEPEST ? said.tables(5).map((child) => arrowField(child, name, depth + 1)) : [];
  const kind = said.has(4) || type === undefined ? undefined : kindOf(said.int8(2), type);
  if (kind === undefined)
    throw new OverreadError(
      'format-unsupported',
      `${name}: the column ${own} is of an Arrow type that is not read: convert the file to Parquet.`,
    );
  if ((kind.id === 'list' || kind.id === 'fixed-list') && children.length !== 1)
    throw new RangeError(`its list ${own} has ${children.length} kinds of elements`);
  return { name: own, kind, children };
}

function kindOf(type: number, said: Table): Kind | undefined {
  const bits = said.int32(0);
  switch (type) {
    case 1:
      return { id: 'null' };
    case 2:
      return bits === 8 || bits === 16 || bits === 32 || bits === 64
        ? { id: 'int', bits, signed: said.int8(1) !== 0 }
        : undefined;
    case 3:
      return said.int16(0) === 1
        ? { id: 'float', bits: 32 }
        : said.int16(0) === 2
          ? { id: 'float', bits: 64 }
          : undefined;
    case 4:
    case 19:
      return { id: 'bytes', wide: type === 19 };
    case 5:
    case 20:
      return { id: 'text', wide: type === 20 };
    case 6:
      return { id: 'bool' };
    case 12:
    case 21:
      return { id: 'list', wide: type === 21 };
    case 13:
      return { id: 'struct' };
    case 16:
      return { id: 'fixed-list', size: said.int32(0) };
    default:
      return undefined;
  }
}

/** How many buffers a column has besides its children's. */
function bufferCount({ id }: Kind): number {
  if (id === 'null') return 0;
  if (id === 'struct' || id === 'fixed-list') return 1;
  return id === 'bytes' || id === 'text' ? 3 : 2;
}

/** Hands nodes and buffers of a batch to its fields, depth first, as the format lays them down. */
export function arrowColumns(
  fields: readonly ArrowField[],
  nodes: readonly DataView[],
  buffers: readonly ArrowBuffer[],
): ArrowColumn[] {
  let [node, buffer] = [0, 0];
  const take = (field: ArrowField): ArrowColumn => {
    const view = nodes[node++];
    const own = buffers.slice(buffer, buffer + bufferCount(field.kind));
    buffer += own.length;
    if (view === undefined || own.length < bufferCount(field.kind))
      throw new RangeError('a batch has fewer columns than its schema');
    return {
      field,
      length: exactInt64(view, 0),
      nulls: exactInt64(view, 8),
      buffers: own,
      children: field.children.map(take),
    };
  };
  return fields.map(take);
}

/** Values of the rows from `from` up to, not including, `to`. */
export async function arrowValues(column: ArrowColumn, from: number, to: number): Promise<unknown[]> {
  const { field, buffers, length, children } = column;
  const { kind } = field;
  if (to > length) throw new RangeError(`the column ${field.name} has ${length} rows of ${to}`);
  const count = to - from;
  if (kind.id === 'null' || count === 0) return new Array(count).fill(null);
  const present = await presence(column, from, to);
  const values = await plainValues();
  return present === undefined ? values : values.map((value, n) => (present[n] ? value : null));

  async function plainValues(): Promise<unknown[]> {
    if (kind.id === 'bool') return bitsOf(buffers[1], from, to);
    if (kind.id === 'int' || kind.id === 'float') {
      const size = kind.bits / 8;
      const view = await buffers[1].read(from * size, to * size);
      return Array.from({ length: count }, (_, n) => numberAt(view, n * size, kind));
    }
    if (kind.id === 'struct') {
      const rows: Record<string, unknown>[] = Array.from({ length: count }, () => ({}));
      for (const child of children) {
        const cells = await arrowValues(child, from, to);
        for (const [n, cell] of cells.entries()) rows[n][child.field.name] = cell;
      }
      return rows;
    }
    if (kind.id === 'fixed-list') {
      const { size } = kind;
      const cells = await arrowValues(children[0], from * size, to * size);
      return Array.from({ length: count }, (_, n) => cells.slice(n * size, (n + 1) * size));
    }
    if (kind.id === 'null') return [];
    const ends = await offsets(buffers[1], from, to, kind.wide);
    const [first, last] = [ends[0], ends[count]];
    if (kind.id === 'list') {
      const cells = await arrowValues(children[0], first, last);
      return Array.from({ length: count }, (_, n) => cells.slice(ends[n] - first, ends[n + 1] - first));
    }
    const view = await buffers[2].read(first, last);
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    const decoder = new TextDecoder('utf-8', { fatal: true });
    return Array.from({ length: count }, (_, n) => {
      const own = bytes.subarray(ends[n] - first, ends[n + 1] - first);
      return kind.id === 'text' ? decoder.decode(own) : own.slice();
    });
  }
}

async function bitsOf(buffer: ArrowBuffer, from: number, to: number): Promise<boolean[]> {
  const start = from >> 3;
  const view = await buffer.read(start, (to + 7) >> 3);
  return Array.from({ length: to - from }, (_, n) => {
    const bit = from + n;
    return ((view.getUint8((bit >> 3) - start) >> (bit & 7)) & 1) === 1;
  });
}

/** Which rows hold something; undefined where all do. */
async function presence(
  { nulls, buffers }: ArrowColumn,
  from: number,
  to: number,
): Promise<boolean[] | undefined> {
  if (nulls === 0 || buffers[0] === undefined || buffers[0].length === 0) return undefined;
  return bitsOf(buffers[0], from, to);
}

/** Where each of the rows begins, and where the last ends. Throws RangeError where they run backwards. */
async function offsets(buffer: ArrowBuffer, from: number, to: number, wide: boolean): Promise<number[]> {
  const size = wide ? 8 : 4;
  const view = await buffer.read(from * size, (to + 1) * size);
  const found = Array.from({ length: to - from + 1 }, (_, n) =>
    wide ? exactInt64(view, n * 8) : view.getInt32(n * 4, true),
  );
  if (found.some((offset, n) => offset < (found[n - 1] ?? 0)))
    throw new RangeError('its offsets run backwards');
  return found;
}

function numberAt(view: DataView, at: number, kind: Kind & { id: 'int' | 'float' }): number | bigint {
  if (kind.id === 'float') return kind.bits === 32 ? view.getFloat32(at, true) : view.getFloat64(at, true);
  const { bits, signed } = kind;
  if (bits === 8) return signed ? view.getInt8(at) : view.getUint8(at);
  if (bits === 16) return signed ? view.getInt16(at, true) : view.getUint16(at, true);
  if (bits === 32) return signed ? view.getInt32(at, true) : view.getUint32(at, true);
  const whole = signed ? view.getBigInt64(at, true) : view.getBigUint64(at, true);
  return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
}

// Rows of Arrow files, stream or file format: what data set libraries keep downloaded data sets in.
import { zstdDecompressSync } from 'node:zlib';
import { OverreadError } from '../domain/errors.ts';
import {
  type ArrowBuffer,
  type ArrowColumn,
  type ArrowField,
  arrowColumns,
  arrowField,
  arrowValues,
} from './arrow-columns.ts';
import { exactInt64, rootTable, type Table } from './flatbuffer.ts';
import type { ByteSource, Streamed, StreamOptions } from './source.ts';
import { corrupt, decodeError, MAX_RECORD_BYTES, startOf, tooLong, truncated } from './stream-errors.ts';

/** Rows read at a time: pictures of a batch are not all in memory at once. */
const WINDOW = 16;
/** Metadata of real files have kilobytes. */
const MAX_METADATA = 64 << 20;
const [SCHEMA, DICTIONARY, BATCH] = [1, 2, 3];
const MAGIC = 'ARROW1\0\0';

/**
 * Rows of an Arrow file: structs as objects, lists as arrays, binary as Uint8Array, 64-bit integers as numbers where
 * that is exact. A cursor's `offset` is a row number. Dictionaries, unions and times are not read.
 * @throws `file-truncated`, `file-corrupt`, `limit-exceeded`, `format-unsupported`
 */
export async function* arrowRecords(
  source: ByteSource,
  options: StreamOptions = {},
): AsyncGenerator<Streamed<Record<string, unknown>>> {
  const { name } = source;
  const start = startOf(source, options);
  const limit = options.maxRecordBytes ?? MAX_RECORD_BYTES;
  let fields: readonly ArrowField[] | undefined;
  let batchStart = 0;
  try {
    for await (const message of messages(source)) {
      options.signal?.throwIfAborted();
      const { table, kind } = message;
      if (kind === SCHEMA) fields ??= table.tables(1).map((field) => arrowField(field, name));
      if (kind === DICTIONARY)
        throw new OverreadError(
          'format-unsupported',
          `${name} keeps columns in dictionaries, which is not read: convert the file to Parquet.`,
        );
      if (kind !== BATCH) continue;
      if (fields === undefined) throw new RangeError('a batch stands before its schema');
      const rows = table.int64(0);
      const batchEnd = batchStart + rows;
      let row = Math.max(batchStart, start.offset);
      if (row < batchEnd) {
        const columns = batchColumns(fields, message, source);
        while (row < batchEnd) {
          const from = row - batchStart;
          const to = Math.min(from + WINDOW, rows);
          for (const value of await windowOf(columns, { from, to, row, name, limit })) {
            row++;
            yield { value, next: { file: name, offset: row, index: row } };
          }
        }
      }
      batchStart = batchEnd;
    }
  } catch (error) {
    throw decodeError(name, batchStart, error, options.signal);
  }
  if (fields === undefined) throw truncated(name, 0);
}

interface Message {
  readonly kind: number;
  readonly table: Table;
  readonly body: number;
  readonly bodyLength: number;
}

/** Messages one after the other, bodies not read. Ends at the end mark, or at the end of a file that has none. */
async function* messages(source: ByteSource): AsyncGenerator<Message> {
  const { name, size } = source;
  if (size === 0) throw truncated(name, 0);
  let at = 0;
  if (size >= 8 && Buffer.from(await source.read(0, 8)).toString('latin1') === MAGIC) at = 8;
  let any = false;
  while (at < size) {
    if (size - at < 4) throw truncated(name, 0);
    const head = Buffer.from(await source.read(at, Math.min(at + 8, size)));
    const marked = head.readUInt32LE(0) === 0xffffffff;
    if (marked && head.length < 8) throw truncated(name, 0);
    const length = marked ? head.readInt32LE(4) : head.readInt32LE(0);
    at += marked ? 8 : 4;
    if (length === 0) return;
    if (length < 0 || length > MAX_METADATA) throw corrupt(name, 0, 'this is no Arrow file');
    if (at + length > size) {
      // Foreign bytes look like a length too; only after a message is a file known to be Arrow.
      throw any ? truncated(name, 0) : corrupt(name, 0, 'this is no Arrow file, or it is cut off');
    }
    const table = rootTable(await source.read(at, at + length));
    const [kind, header, bodyLength] = [table.int8(1), table.table(2), table.int64(3)];
    at += length;
    if (header === undefined || bodyLength < 0) throw new RangeError('a message has no header');
    if (at + bodyLength > size) throw truncated(name, 0);
    any = true;
    yield { kind, table: header, body: at, bodyLength };
    at += bodyLength;
  }
  // Writers that are stopped leave no end mark, and what they wrote cannot be told from the whole.
  throw truncated(name, 0);
}

function batchColumns(
  fields: readonly ArrowField[],
  { table, body, bodyLength }: Message,
  source: ByteSource,
): ArrowColumn[] {
  const compression = table.table(3);
  if (compression !== undefined && compression.int8(0) !== 1)
    throw new OverreadError(
      'format-unsupported',
      `${source.name} is packed with LZ4, which is not read: write it with ZSTD or unpacked.`,
    );
  const buffers = table.structs(2, 16).map((view): ArrowBuffer => {
    const [offset, length] = [exactInt64(view, 0), exactInt64(view, 8)];
    if (offset < 0 || length < 0 || offset + length > bodyLength)
      throw new RangeError('a buffer lies outside its batch');
    return compression === undefined
      ? plainBuffer(source, body + offset, length)
      : packedBuffer(source, body + offset, length);
  });
  return arrowColumns(fields, table.structs(1, 16), buffers);
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function within(start: number, end: number, length: number): void {
  if (start < 0 || end < start || end > length) throw new RangeError('a value lies outside its buffer');
}

function plainBuffer(source: ByteSource, at: number, length: number): ArrowBuffer {
  return {
    length,
    async read(start, end) {
      within(start, end, length);
      return viewOf(await source.read(at + start, at + end));
    },
  };
}

/** A buffer packed with ZSTD behind its unpacked length (-1: it is not packed), unpacked once. */
function packedBuffer(source: ByteSource, at: number, packedLength: number): ArrowBuffer {
  let unpacked: Promise<Uint8Array> | undefined;
  const load = async (): Promise<Uint8Array> => {
    if (packedLength === 0) return new Uint8Array();
    const bytes = await source.read(at, at + packedLength);
    const length = exactInt64(viewOf(bytes), 0);
    if (length === -1) return bytes.subarray(8);
    if (length < 0 || length > MAX_RECORD_BYTES * 4) throw new RangeError('a buffer promises too much');
    return zstdDecompressSync(bytes.subarray(8), { maxOutputLength: Math.max(length, 1) });
  };
  return {
    length: packedLength,
    async read(start, end) {
      unpacked ??= load();
      const bytes = await unpacked;
      within(start, end, bytes.length);
      return viewOf(bytes.subarray(start, end));
    },
  };
}

interface Window {
  readonly from: number;
  readonly to: number;
  readonly row: number;
  readonly name: string;
  readonly limit: number;
}

async function windowOf(
  columns: readonly ArrowColumn[],
  { from, to, row, name, limit }: Window,
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = Array.from({ length: to - from }, () => ({}));
  for (const column of columns) {
    const cells = await arrowValues(column, from, to);
    for (const [n, cell] of cells.entries()) rows[n][column.field.name] = cell;
  }
  for (const [n, one] of rows.entries()) if (bytesOf(one) > limit) throw tooLong(name, row + n, limit);
  return rows;
}

/** Bytes of texts and binary values, at any depth. */
function bytesOf(value: unknown): number {
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, one) => sum + bytesOf(one), 0);
}

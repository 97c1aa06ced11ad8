// Rows of Parquet files: nested columns, embedded pictures, a bounded part of a row group at a time.
import {
  type DecodedArray,
  type FileMetaData,
  parquetMetadata,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet';
import { assembleNested } from 'hyparquet/src/assemble.js';
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { getTreePath } from 'hyparquet/src/schema.js';
import { messageOf, OverreadError } from '../domain/errors.ts';
import { pageCodecs } from './parquet-codecs.ts';
import { type ParquetLeaf, parquetLeaf } from './parquet-leaf.ts';
import type { ByteSource, Streamed, StreamOptions } from './source.ts';
import { decodeError, MAX_RECORD_BYTES, startOf } from './stream-errors.ts';
import { thriftEnd } from './thrift-extent.ts';

export interface ParquetOptions extends StreamOptions {
  /** Top-level columns to read. Default: all. Throws `file-corrupt` when the file lacks one. */
  readonly columns?: readonly string[];
}

/** Footers of real files have kilobytes; this stops one that promises the moon. */
const MAX_FOOTER = 64 << 20;

/** The footer. Throws `file-truncated`, `file-corrupt` or `limit-exceeded`. */
async function footerOf(source: ByteSource): Promise<FileMetaData> {
  const { name, size } = source;
  const short = (cause?: unknown) =>
    new OverreadError('file-truncated', `${name} has no Parquet footer at its end: copy it again.`, {
      cause,
    });
  if (size < 12) throw short();
  const tail = Buffer.from(await source.read(size - 8, size));
  if (tail.toString('latin1', 4) !== 'PAR1') throw short();
  const length = tail.readUInt32LE(0);
  if (length > size - 12) throw short();
  if (length > MAX_FOOTER)
    throw new OverreadError(
      'limit-exceeded',
      `${name} has a footer of ${length} bytes, more than ${MAX_FOOTER}: it is damaged, or no data set.`,
    );
  const footer = await source.read(size - 8 - length, size);
  try {
    if (thriftEnd(footer.subarray(0, length), 0) < 0) throw new RangeError('it is incomplete');
    return parquetMetadata(footer, { geoparquet: false });
  } catch (cause) {
    if (OverreadError.isInstance(cause)) throw cause;
    throw new OverreadError(
      'file-corrupt',
      `${name} has a damaged Parquet footer (${messageOf(cause)}): copy it again.`,
      { cause },
    );
  }
}

/** 64-bit integers as numbers where that loses nothing; embedded bytes as they are. */
function plain(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof Date)
    return value;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>, plain);
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

/** Names of the top-level columns, in the file's order. */
export async function parquetColumns(source: ByteSource): Promise<readonly string[]> {
  return topColumns(await footerOf(source));
}

const topColumns = (metadata: FileMetaData): string[] =>
  parquetSchema(metadata).children.map(({ element }) => element.name);

/** A top-level column of a row group: its schema, and the physical columns that it is made of. */
interface Column {
  readonly schema: SchemaTree;
  readonly leaves: readonly ParquetLeaf[];
}

function columnsOf(
  source: ByteSource,
  metadata: FileMetaData,
  group: FileMetaData['row_groups'][number],
  wanted: ReadonlySet<string> | undefined,
  maxBytes: number,
): Column[] {
  const root = parquetSchema(metadata);
  const compressors = pageCodecs(source.name, maxBytes);
  const columns: Column[] = [];
  for (const schema of root.children) {
    const { name } = schema.element;
    if (wanted !== undefined && !wanted.has(name)) continue;
    const leaves = group.columns.flatMap(({ meta_data: chunk, file_path }) => {
      if (chunk === undefined || file_path)
        throw new OverreadError('format-unsupported', `${source.name} is encrypted or split over files.`);
      if (chunk.path_in_schema[0] !== name) return [];
      const schemaPath = getTreePath(root, chunk.path_in_schema);
      return [parquetLeaf({ source, chunk, schemaPath, compressors, maxBytes })];
    });
    if (leaves.length === 0) throw new RangeError(`a row group lacks the column "${name}"`);
    columns.push({ schema, leaves });
  }
  return columns;
}

/** The next `count` values of a column, put together from its physical columns. */
function valuesOf({ schema, leaves }: Column, count: number): ArrayLike<unknown> {
  const parts = new Map<string, DecodedArray>(leaves.map((leaf) => [leaf.path, leaf.take(count)]));
  if (schema.children.length > 0) assembleNested(parts, schema, DEFAULT_PARSERS);
  const values = parts.get(schema.path.join('.'));
  if (values === undefined || values.length !== count)
    throw new RangeError(`the column "${schema.element.name}" does not fit together`);
  return values;
}

/**
 * Rows of a Parquet file. Structs come as objects, lists as arrays, binary as Uint8Array (an embedded picture is
 * {bytes, path}), absent values as null, 64-bit integers as numbers where that is exact. Of a row group no more than a
 * page of each column is unpacked at a time. A cursor's `offset` is a row number.
 * @throws `file-truncated`, `file-corrupt`, `limit-exceeded` (a page beyond `maxRecordBytes`), `format-unsupported`
 */
export async function* parquetRecords(
  source: ByteSource,
  options: ParquetOptions = {},
): AsyncGenerator<Streamed<Record<string, unknown>>> {
  const { name } = source;
  const start = startOf(source, options);
  const limit = options.maxRecordBytes ?? MAX_RECORD_BYTES;
  const metadata = await footerOf(source);
  const wanted = options.columns && new Set(options.columns);
  let row = start.offset;
  try {
    const has = topColumns(metadata);
    const lacking = options.columns?.find((column) => !has.includes(column));
    if (lacking !== undefined)
      throw new OverreadError(
        'file-corrupt',
        `${name} has no column "${lacking}" (it has ${has.join(', ').slice(0, 400)}): it is another file, or another version of the release.`,
      );
    let groupStart = 0;
    for (const group of metadata.row_groups) {
      const groupEnd = groupStart + Number(group.num_rows);
      if (!(groupEnd >= groupStart)) throw new RangeError('a row group has a negative number of rows');
      if (row < groupEnd) {
        const columns = columnsOf(source, metadata, group, wanted, limit);
        const leaves = columns.flatMap((column) => column.leaves);
        if (row > groupStart) for (const leaf of leaves) await leaf.skip(row - groupStart);
        while (row < groupEnd) {
          options.signal?.throwIfAborted();
          for (const leaf of leaves) await leaf.load();
          const count = Math.min(groupEnd - row, ...leaves.map((leaf) => leaf.held()));
          const values = columns.map((column) => valuesOf(column, count));
          for (let n = 0; n < count; n++) {
            row++;
            const cells = columns.map(({ schema }, at) => [schema.element.name, plain(values[at][n])]);
            yield { value: Object.fromEntries(cells), next: { file: name, offset: row, index: row } };
          }
        }
      }
      groupStart = groupEnd;
    }
    if (start.offset > groupStart)
      throw new OverreadError(
        'file-truncated',
        `${name} has ${groupStart} rows, fewer than when it was last read: copy it again, or begin it anew.`,
      );
  } catch (error) {
    throw decodeError(name, row, error, options.signal);
  }
}

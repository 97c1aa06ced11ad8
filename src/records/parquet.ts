// Rows of Parquet files: nested columns, embedded pictures, a bounded part of a row group at a time.
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { messageOf, OverreadError } from '../domain/errors.ts';
import { pageCodecs } from './parquet-codecs.ts';
import type { ByteSource, Streamed, StreamOptions } from './source.ts';
import { decodeError, MAX_RECORD_BYTES, startOf } from './stream-errors.ts';

export interface ParquetOptions extends StreamOptions {
  /** Top-level columns to read. Default: all. Throws `file-corrupt` when the file lacks one. */
  readonly columns?: readonly string[];
}

/** Footers of real files have kilobytes; this stops one that promises the moon. */
const MAX_FOOTER = 64 << 20;

function asyncBuffer(source: ByteSource): AsyncBuffer {
  return {
    byteLength: source.size,
    async slice(start, end = source.size) {
      if (start < 0 || start > end || end > source.size) throw new RangeError('it points outside the file');
      const bytes = await source.read(start, end);
      const { buffer, byteOffset, byteLength } = bytes;
      return buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength
        ? buffer
        : new Uint8Array(bytes).buffer;
    },
  };
}

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
  try {
    return await parquetMetadataAsync(asyncBuffer(source), {
      initialFetchSize: length + 8,
      geoparquet: false,
    });
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

function topColumns({ schema }: FileMetaData): string[] {
  const names: string[] = [];
  for (let at = 1; at < schema.length; ) {
    names.push(schema[at].name);
    // Children follow their parent, depth first.
    for (let open = 1; open > 0 && at < schema.length; at++) open += (schema[at].num_children ?? 0) - 1;
  }
  return names;
}

/**
 * Rows of a Parquet file. Structs come as objects, lists as arrays, binary as Uint8Array (an embedded picture is
 * {bytes, path}), 64-bit integers as numbers where that is exact. A cursor's `offset` is a row number.
 * @throws `file-truncated`, `file-corrupt`, `limit-exceeded`, `format-unsupported`
 */
export async function* parquetRecords(
  source: ByteSource,
  options: ParquetOptions = {},
): AsyncGenerator<Streamed<Record<string, unknown>>> {
  const { name } = source;
  const start = startOf(source, options);
  const limit = options.maxRecordBytes ?? MAX_RECORD_BYTES;
  const metadata = await footerOf(source);
  const has = new Set(topColumns(metadata));
  const lacking = options.columns?.find((column) => !has.has(column));
  if (lacking !== undefined)
    throw new OverreadError(
      'file-corrupt',
      `${name} has no column "${lacking}" (it has ${[...has].join(', ').slice(0, 400)}): it is another file, or another version of the release.`,
    );
  const compressors = pageCodecs(name, limit);
  const file = asyncBuffer(source);
  let groupStart = 0;
  for (const group of metadata.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows);
    let row = Math.max(groupStart, start.offset);
    if (row < groupEnd) {
      options.signal?.throwIfAborted();
      let rows: readonly Record<string, unknown>[];
      try {
        rows = await parquetReadObjects({
          ...{ file, metadata, compressors, utf8: false, rowStart: row, rowEnd: groupEnd },
          ...(options.columns === undefined ? {} : { columns: [...options.columns] }),
        });
      } catch (error) {
        throw decodeError(name, row, error, options.signal);
      }
      for (const value of rows) {
        row++;
        yield {
          value: plain(value) as Record<string, unknown>,
          next: { file: name, offset: row, index: row },
        };
      }
    }
    groupStart = groupEnd;
  }
}

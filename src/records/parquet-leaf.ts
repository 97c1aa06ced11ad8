// One physical column of one row group of a Parquet file, page by page.
import type { ColumnMetaData, Compressors, PageHeader, SchemaTree } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { OverreadError } from '../domain/errors.ts';
import { pageDecoder } from './parquet-page.ts';
import type { ByteSource } from './source.ts';
import { thriftEnd } from './thrift-extent.ts';

export interface ParquetLeaf {
  /** Dotted path in the schema. */
  readonly path: string;
  /** Rows that are unpacked and not yet taken. */
  held(): number;
  /** Unpacks the next page or pages, until a row is held. Throws RangeError when there are no more. */
  load(): Promise<void>;
  /** The next `count` rows, at most as many as are held. */
  take(count: number): unknown[];
  /** Steps over rows, unpacking no more than it must. */
  skip(count: number): Promise<void>;
}

export interface LeafOptions {
  readonly source: ByteSource;
  readonly chunk: ColumnMetaData;
  /** From the root to the leaf. */
  readonly schemaPath: SchemaTree[];
  readonly compressors: Compressors;
  readonly maxBytes: number;
}

/** What is read at a time, so that small pages do not cost a request each. */
const AHEAD = 2 << 20;
/** Room for the header of a page; those with long statistics are read again with more. */
const HEADER = 4096;
const MAX_HEADER = 16 << 20;

export function parquetLeaf({ source, chunk, schemaPath, compressors, maxBytes }: LeafOptions): ParquetLeaf {
  const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
  const end = start + Number(chunk.total_compressed_size);
  if (!(start >= 4 && end >= start)) throw new RangeError('a column has no place in the file');
  if (end > source.size)
    throw new OverreadError(
      'file-truncated',
      `${source.name} is shorter than its footer says: copy it again.`,
    );
  const decoder = pageDecoder(chunk, schemaPath, compressors, maxBytes);
  let at = start;
  let window: Uint8Array = new Uint8Array();
  let windowStart = start;
  let rows: ArrayLike<unknown> = [];
  let taken = 0;
  // The last row of a page of lists may go on with the next one.
  let open: unknown[] = [];

  /** Bytes from `from` on: `length` of them, or as many as the column has. */
  const bytes = async (from: number, length: number): Promise<Uint8Array> => {
    const to = Math.min(from + length, end);
    if (from < windowStart || to > windowStart + window.length) {
      window = await source.read(from, Math.min(end, Math.max(to, from + AHEAD)));
      windowStart = from;
    }
    return window.subarray(from - windowStart, to - windowStart);
  };

  const nextHeader = async (): Promise<PageHeader | undefined> => {
    if (at >= end) return undefined;
    for (let room = HEADER; ; room *= 8) {
      const found = await bytes(at, room);
      const length = thriftEnd(found, 0);
      if (length < 0 && (found.length < room || room > MAX_HEADER))
        throw new RangeError('a page has no sound header');
      if (length < 0) continue;
      const view = new DataView(found.buffer, found.byteOffset, found.byteLength);
      const header = parquetHeader({ view, offset: 0 });
      const size = header.compressed_page_size;
      if (!(size >= 0 && at + length + size <= end)) throw new RangeError('a page reaches beyond its column');
      if (size > maxBytes || header.uncompressed_page_size > maxBytes)
        throw new OverreadError(
          'limit-exceeded',
          `${source.name} has a page of ${Math.max(size, header.uncompressed_page_size)} bytes, more than ${maxBytes}: raise maxRecordBytes if you trust the file.`,
          { details: { file: source.name, option: 'maxRecordBytes', limit: maxBytes } },
        );
      at += length;
      return header;
    }
  };

  const held = () => rows.length - taken;

  const unpack = async (header: PageHeader): Promise<void> => {
    const body = await bytes(at, header.compressed_page_size);
    at += header.compressed_page_size;
    if (header.type === 'DICTIONARY_PAGE') decoder.dictionary(header, body);
    else if (header.type !== 'INDEX_PAGE') {
      const found = decoder.rows(header, body, decoder.lists ? open : []);
      if (decoder.lists) {
        const all = Array.from(found);
        open = all.splice(-1);
        rows = all;
      } else rows = found;
      taken = 0;
    }
  };

  /** Rows of a page that its header alone tells. */
  const told = (header: PageHeader): number | undefined =>
    header.data_page_header_v2?.num_rows ?? (decoder.lists ? undefined : header.data_page_header?.num_values);

  const loadPage = async (header: PageHeader | undefined): Promise<void> => {
    if (header !== undefined) return unpack(header);
    if (open.length === 0) throw new RangeError('a column has fewer rows than its group');
    rows = open;
    taken = 0;
    open = [];
  };

  return {
    path: chunk.path_in_schema.join('.'),
    held,
    async load() {
      while (held() === 0) await loadPage(await nextHeader());
    },
    take(count) {
      const found: unknown[] = [];
      for (let n = 0; n < count; n++) found.push(rows[taken + n]);
      taken += count;
      return found;
    },
    async skip(count) {
      let left = count;
      while (left > 0) {
        const step = Math.min(left, held());
        taken += step;
        left -= step;
        if (left === 0) return;
        const header = await nextHeader();
        const rest = header && told(header);
        // A row may be open from the page before, unless pages are known to hold whole rows.
        if (header !== undefined && rest !== undefined && rest <= left && open.length === 0) {
          at += header.compressed_page_size;
          left -= rest;
        } else await loadPage(header);
      }
    },
  };
}

// Writes Parquet files with embedded pictures and lists, in the shape of published data sets, for tests and campaigns.

import * as zlib from 'node:zlib';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { CompressionCodec, SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

/** One row: what visual question answering releases hold. */
export interface PictureRow {
  readonly id: number;
  readonly question: string;
  /** Embedded picture; null where there is none. */
  readonly image: { readonly bytes: Uint8Array; readonly path: string | null } | null;
  readonly options: readonly string[];
}

export interface PictureFileOptions {
  readonly codec?: CompressionCodec;
  readonly rowGroupSize?: number;
  /** Bytes of a page. Default 1 MiB. */
  readonly pageSize?: number;
  /** Whether the file says where its pages lie; many writers leave that out. Default true. */
  readonly offsetIndex?: boolean;
}

export const PICTURE_SCHEMA: SchemaElement[] = [
  { name: 'root', num_children: 4 },
  { name: 'id', type: 'INT64', repetition_type: 'REQUIRED' },
  { name: 'question', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  { name: 'image', repetition_type: 'OPTIONAL', num_children: 2 },
  { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
  { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  { name: 'options', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  { name: 'element', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
];

export function pictureColumns(rows: readonly PictureRow[], offsetIndex = true) {
  return [
    { name: 'id', data: rows.map(({ id }) => BigInt(id)), offsetIndex },
    { name: 'question', data: rows.map(({ question }) => question), offsetIndex },
    { name: 'image', data: rows.map(({ image }) => image), offsetIndex },
    { name: 'options', data: rows.map(({ options }) => options), offsetIndex },
  ];
}

export function picturesParquet(rows: readonly PictureRow[], options: PictureFileOptions = {}): Uint8Array {
  const { codec = 'SNAPPY', rowGroupSize = 1000, pageSize = 1 << 20, offsetIndex = true } = options;
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: pictureColumns(rows, offsetIndex),
      schema: PICTURE_SCHEMA,
      ...{ codec, rowGroupSize, pageSize },
      compressors: {
        GZIP: (bytes) => gzipSync(bytes),
        BROTLI: (bytes) => brotliCompressSync(bytes),
        ZSTD: (bytes) => zlib.zstdCompressSync(bytes),
      },
    }),
  );
}

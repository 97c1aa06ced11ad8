import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parquetColumns, parquetRecords } from './parquet.ts';
import { streamContract } from './stream.contract.ts';
import { collect, memorySource } from './testing/memory-source.ts';
import { type PictureRow, picturesParquet } from './testing/parquet-writer.ts';

const picture = fc
  .record({
    bytes: fc.uint8Array({ maxLength: 400 }).map((bytes) => new Uint8Array(bytes)),
    path: fc.option(fc.string()),
  })
  .map((image) => ({ ...image }));
const row: fc.Arbitrary<PictureRow> = fc.record({
  id: fc.maxSafeInteger(),
  question: fc.string({ unit: 'grapheme' }),
  image: fc.option(picture),
  options: fc.array(fc.string(), { maxLength: 4 }),
});
const rows = fc.array(row, { maxLength: 30 });

for (const offsetIndex of [true, false])
  streamContract<unknown>(`rows of a Parquet file ${offsetIndex ? 'with' : 'without'} page index`, {
    fileName: 'test.parquet',
    records: rows,
    write: (all) => picturesParquet(all as PictureRow[], { rowGroupSize: 7, pageSize: 300, offsetIndex }),
    stream: parquetRecords,
    knowsItsEnd: true,
    runs: 25,
  });

const example = (count: number, size = 50): PictureRow[] =>
  Array.from({ length: count }, (_, at) => ({
    id: at,
    question: `What is shown in ${at}?`,
    image: { bytes: new Uint8Array(size).fill(at), path: `${at}.png` },
    options: ['A', 'B'],
  }));

describe('a Parquet file', () => {
  it.each([
    'UNCOMPRESSED',
    'SNAPPY',
    'GZIP',
    'BROTLI',
    'ZSTD',
  ] as const)('packed with %s is read', async (codec) => {
    const all = example(40);
    const { records, error } = await collect(
      parquetRecords(memorySource('a.parquet', picturesParquet(all, { codec }))),
    );
    expect(error).toBeUndefined();
    expect(records.map(({ value }) => value)).toEqual(all);
  });

  it.each([
    true,
    false,
  ])('of many pages of pictures and lists is read page by page (page index: %s)', async (offsetIndex) => {
    const all = Array.from({ length: 300 }, (_, id) => ({
      id,
      question: `${id}`,
      image: id % 7 === 0 ? null : { bytes: new Uint8Array(1000 + id).fill(id), path: `${id}` },
      options: Array.from({ length: id % 5 }, (_, n) => `${id} ${n} `.repeat(40)),
    }));
    const bytes = picturesParquet(all, { rowGroupSize: 150, pageSize: 8000, offsetIndex });
    const whole = memorySource('a.parquet', bytes);
    const { records, error } = await collect(parquetRecords(whole));
    expect(error).toBeUndefined();
    expect(records.map(({ value }) => value)).toEqual(all);
    for (const stop of [0, 3, 77, 149, 150, 298])
      expect((await collect(parquetRecords(whole, { from: records[stop].next }))).records).toEqual(
        records.slice(stop + 1),
      );
  });

  it('gives only the columns that are asked for', async () => {
    const source = memorySource('a.parquet', picturesParquet(example(3)));
    expect(await parquetColumns(source)).toEqual(['id', 'question', 'image', 'options']);
    const { records } = await collect(parquetRecords(source, { columns: ['id', 'options'] }));
    expect(records[2].value).toEqual({ id: 2, options: ['A', 'B'] });
    expect((await collect(parquetRecords(source, { columns: ['answer'] }))).error).toMatchObject({
      code: 'file-corrupt',
      message: expect.stringContaining('no column "answer"'),
    });
  });
});

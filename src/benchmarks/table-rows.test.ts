import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { memoryData } from '../records/testing/memory-source.ts';
import { parquetBytes } from './fixture-parquet.ts';
import { columnsOf, optionalCell, tableRows, textCell } from './table-rows.ts';

const schema = z.object({ id: textCell, note: optionalCell });
const text = (value: string) => new TextEncoder().encode(value);
const read = async (files: Record<string, Uint8Array>, columns?: Record<string, string>) => {
  const rows: unknown[] = [];
  const options = columns === undefined ? {} : { columns };
  for await (const { row, file, at } of tableRows(memoryData(files), Object.keys(files), schema, options))
    rows.push([row, file, at]);
  return rows;
};

describe('rows of a release', () => {
  it('are the same in every kind of table, numbers and empty cells as text', async () => {
    const rows = [
      { id: 1, note: 'a "b"' },
      { id: 2, note: null },
    ];
    const files = {
      'a.jsonl': text(rows.map((row) => JSON.stringify(row)).join('\n')),
      'b.json': text(JSON.stringify(rows)),
      'c.tsv': text('id\tnote\n1\t"a ""b"""\n2\t\n'),
      'd.csv': text('id,note\n1,"a ""b"""\n2,\n'),
      'e.parquet': await parquetBytes(rows),
    };
    const wanted = Object.keys(files).flatMap((file) => [
      [{ id: '1', note: 'a "b"' }, file, 0],
      [{ id: '2', note: '' }, file, 1],
    ]);
    expect(await read(files)).toEqual(wanted);
  });

  it('a column of another name stands for the field, and no more for its own', async () => {
    const files = { 'a.tsv': text('key\tid\n7\tnot me\n') };
    expect(await read(files, { id: 'key' })).toEqual([[{ id: '7', note: '' }, 'a.tsv', 0]]);
    const card = { columns: { id: 'id' } };
    expect(columnsOf(card, { id: 'key' })).toEqual({ id: 'key' });
    expect(() => columnsOf(card, { name: 'key' })).toThrow(/no field "name"/);
  });

  it('a wrong row and an unknown kind of file are named', async () => {
    await expect(read({ 'a.tsv': text('note\nx\n') })).rejects.toThrow(/a\.tsv, record 1: "id"/);
    await expect(read({ 'a.xlsx': text('x') })).rejects.toThrow(/a\.xlsx is no table/);
  });
});

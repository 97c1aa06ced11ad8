import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DelimitedOptions, delimitedRecords } from './delimited.ts';
import { streamContract } from './stream.contract.ts';
import { collect, memorySource } from './testing/memory-source.ts';

// Cells with all that matters: separators, quotes, line ends, letters beyond ASCII.
const cell = fc
  .array(fc.constantFrom('a', '"', '""', ',', '\t', '\n', '\r\n', '\r', ' ', 'ö', '視', '🩻'), {
    maxLength: 7,
  })
  .map((parts) => parts.join(''));
const record = fc.record({ id: fc.nat().map(String), question: cell, 'an "odd", name': cell });
const quoted = (text: string) => (/[",\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const write = (rows: readonly Record<string, string>[], separator: string, end: string) =>
  [['id', 'question', 'an "odd", name'], ...rows.map((row) => Object.values(row))]
    .map((cells) => cells.map(quoted).join(separator) + end)
    .join('');

streamContract('comma-separated values', {
  fileName: 'items.csv',
  records: fc.array(record, { maxLength: 8 }),
  write: (rows) => Buffer.from(write(rows, ',', '\r\n')),
  stream: delimitedRecords,
  knowsItsEnd: false,
  cutLooksWhole: true,
});
streamContract('gzipped tab-separated values', {
  fileName: 'items.tsv.gz',
  records: fc.array(record, { maxLength: 8 }),
  write: (rows) => gzipSync(write(rows, '\t', '\n')),
  stream: delimitedRecords,
  knowsItsEnd: true,
});

async function read(text: string, options?: DelimitedOptions, name = 'a.csv') {
  const { records, error } = await collect(
    delimitedRecords(memorySource(name, Buffer.from(text), [3]), options),
  );
  return { rows: records.map(({ value }) => value), error };
}

describe('a table', () => {
  it('may begin with a byte-order mark, even before a quoted name', async () => {
    expect((await read('\ufeff"a,b",c\n1,2\n')).rows).toEqual([{ 'a,b': '1', c: '2' }]);
    expect((await read('\ufeff"a\nb",c\n1,2\n')).rows).toEqual([{ 'a\nb': '1', c: '2' }]);
  });

  it('leaves quotes inside a cell alone, as those of inches', async () => {
    expect((await read('a,b\n5" wide,"x""y"\n')).rows).toEqual([{ a: '5" wide', b: 'x"y' }]);
  });

  it('leaves out empty lines, but no row of empty cells', async () => {
    expect((await read('a,b\n\n,\r\n\r\n1,2')).rows).toEqual([
      { a: '', b: '' },
      { a: '1', b: '2' },
    ]);
  });

  it('of one column keeps its empty cells when they are quoted', async () => {
    expect((await read('a\n""\nx\n')).rows).toEqual([{ a: '' }, { a: 'x' }]);
  });

  it('without a head row takes the names that it is given', async () => {
    expect((await read('1;2\n', { separator: ';', header: ['a', 'b'] })).rows).toEqual([{ a: '1', b: '2' }]);
  });

  it('whose head row does not go with its rows may be given another', async () => {
    const options = { header: ['file', 'x', 'y'], headRow: true };
    expect((await read('file,box [x,y],,\na,1,2\n', options)).rows).toEqual([{ file: 'a', x: '1', y: '2' }]);
  });

  it('without quotes has quotes for letters', async () => {
    expect((await read('a\tb\n"x\ty"\n', { quotes: false }, 'a.tsv')).rows).toEqual([{ a: '"x', b: 'y"' }]);
  });

  it('leaves out columns without a name, as programs write them for an index or by mistake', async () => {
    expect((await read(',a,,\n0,x,,\n1,y,,\n')).rows).toEqual([{ a: 'x' }, { a: 'y' }]);
  });

  it('takes no harm from a column named __proto__', async () => {
    const { rows } = await read('__proto__,b\n1,2\n');
    expect(Object.entries(rows[0])).toEqual([
      ['__proto__', '1'],
      ['b', '2'],
    ]);
  });

  it('with rows of another length, two columns of one name, or other than UTF-8 is refused', async () => {
    expect((await read('a,b\n1,2\n1,2,3\n')).error).toMatchObject({
      code: 'file-corrupt',
      details: { record: 2 },
    });
    expect((await read('a,b\n1\n2,3\n')).error).toMatchObject({ code: 'file-corrupt' });
    expect((await read('a,a\n1,2\n')).error).toMatchObject({ code: 'file-corrupt' });
    const latin = memorySource('a.csv', Buffer.from('a\n\xe4\n', 'latin1'));
    expect((await collect(delimitedRecords(latin))).error).toMatchObject({ code: 'file-corrupt' });
  });

  it('that ends within a quoted cell or a row is cut off', async () => {
    expect((await read('a,b\n1,"2\n')).error).toMatchObject({ code: 'file-truncated' });
    expect((await read('a,b\n1')).error).toMatchObject({ code: 'file-truncated' });
  });

  it('holds cells of megabytes', async () => {
    const picture = Buffer.alloc(3_000_000, 7).toString('base64');
    const table = Buffer.from(`id\timage\n1\t${picture}\n2\t"${picture}"\n`);
    const { records } = await collect(delimitedRecords(memorySource('a.tsv', table, [65_521])));
    expect(records.map(({ value }) => value.image === picture)).toEqual([true, true]);
  });

  it('that is empty has no rows', async () => {
    expect(await read('')).toEqual({ rows: [], error: undefined });
  });
});

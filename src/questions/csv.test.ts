// CSV is read back as it was written, whatever the fields hold.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tableRows } from '../records/delimited.ts';
import { csvRow } from './csv.ts';

it('reads back any table', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '1', '"', ',', '\n', '\r', ' ', 'é') });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 }), (table) => {
      expect(tableRows(table.map((row) => csvRow(row)).join('\r\n'))).toEqual(table);
    }),
  );
});

it('drops a byte-order mark and empty lines, and takes any line end', () => {
  expect(tableRows('\uFEFFa,b\n\n1,"x ""y"""\r\n2,\n')).toEqual([
    ['a', 'b'],
    ['1', 'x "y"'],
    ['2', ''],
  ]);
});

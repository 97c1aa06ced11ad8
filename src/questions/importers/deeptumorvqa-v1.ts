// DeepTumorVQA version 1, and the training table of version 2: one CSV table.
import { readFile } from 'node:fs/promises';
import { tableRows } from '../../records/delimited.ts';
import { V1_COLUMNS } from '../exporters/deeptumorvqa-v1.ts';
import { type Importer, wrongRecord } from '../importer.ts';
import { publishedItems, UNHELD } from '../published-import.ts';

const names: Readonly<Record<string, string>> = V1_COLUMNS;

export default {
  id: 'deeptumorvqa-v1',
  summary: 'DeepTumorVQA 1, or the training table of version 2: CSV, without images',
  unheld: [...UNHELD, 'unit'],
  async *items(file) {
    const [head, ...rows] = tableRows(await readFile(file, 'utf8'));
    if (head === undefined || !head.includes('Image ID'))
      throw wrongRecord(file, 'line 1', 'there is no column "Image ID"');
    // The two releases spell their columns differently: by the name of version 1, or as in version 2.
    const columns = head.map((column) => names[column] ?? column);
    const records = rows.map((row, index) => {
      const cells = columns.map((name, i) => [name, row[i] === '' ? null : row[i]] as const);
      const record: Record<string, unknown> = Object.fromEntries(cells);
      record.qid ??= `row-${index + 1}`;
      return { record, where: `row ${index + 1}` };
    });
    yield* publishedItems(file, records);
  },
} satisfies Importer;

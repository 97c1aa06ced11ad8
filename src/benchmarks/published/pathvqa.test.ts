import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import { expect, it } from 'vitest';
import { openData } from '../../records/data-root.ts';
import { publishedContract } from '../published.contract.ts';
import pathVqa from './pathvqa.ts';

publishedContract(pathVqa);

it('takes columns by other names, pictures as plain bytes, and clusters by equal pictures', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pathvqa-'));
  try {
    const [a, b] = [Uint8Array.of(1, 2, 3), Uint8Array.of(4)];
    await parquetWriteFile({
      filename: join(folder, 'validation.parquet'),
      columnData: [
        { name: 'pic', data: [a, a, b], type: 'BYTE_ARRAY' },
        { name: 'q', data: ['is it?', 'what is it?', 'Where is it?'], type: 'STRING' },
        { name: 'a', data: ['No', 'a cell', 'left'], type: 'STRING' },
      ],
    });
    const columns = { image: 'pic', question: 'q', answer: 'a' };
    const found = [];
    const options = { mode: 'open', seed: '0', columns };
    for await (const record of pathVqa.records(await openData(folder), options)) found.push(record);
    expect(found.map(({ item }) => [item.id, item.split, item.type])).toEqual([
      ['validation-0', 'validation', 'is-closed'],
      ['validation-1', 'validation', 'what-open'],
      ['validation-2', 'validation', 'where-open'],
    ]);
    const clusters = found.map(({ item }) => item.patientId);
    expect(clusters[0]).toBe(clusters[1]);
    expect(clusters[2]).not.toBe(clusters[0]);
    const [part] = found[0].item.prompt;
    expect(part.type === 'image' && (await part.image.load())).toEqual(a);
    const released = pathVqa.records(await openData(folder), { mode: 'open', seed: '0' });
    await expect(released[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'file-corrupt' });
  } finally {
    await rm(folder, { recursive: true });
  }
});

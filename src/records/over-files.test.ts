import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderPictures } from './folder.ts';
import { jsonlRecords } from './jsonl.ts';
import { overFiles } from './over-files.ts';
import { collect, memoryData } from './testing/memory-source.ts';

const lines = (values: readonly number[]) => Buffer.from(values.map((value) => `${value}\n`).join(''));
const names = ['a.jsonl', 'b.jsonl', 'c.jsonl'];

describe('several files as one stream', () => {
  it('go on in the middle of any of them, empty ones among them', async () => {
    const shard = fc.array(fc.nat(), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.tuple(shard, shard, shard), fc.nat(), async (shards, pick) => {
        const data = memoryData(Object.fromEntries(names.map((name, at) => [name, lines(shards[at])])));
        const { records } = await collect(overFiles(data, names, jsonlRecords));
        expect(records.map(({ value }) => value)).toEqual(shards.flat());
        if (records.length === 0) return;
        const stop = pick % records.length;
        const { records: rest } = await collect(
          overFiles(data, names, jsonlRecords, { from: records[stop].next }),
        );
        expect(rest).toEqual(records.slice(stop + 1));
      }),
      { numRuns: 60 },
    );
  });

  it('refuse a cursor of a file that is not among them', async () => {
    const { error } = await collect(
      overFiles(memoryData({}), names, jsonlRecords, { from: { file: 'd.jsonl', offset: 0, index: 0 } }),
    );
    expect(error).toMatchObject({ code: 'bad-argument' });
  });
});

describe('pictures in a folder for each class', () => {
  const picture = Buffer.from('picture');
  const data = memoryData({
    'train/benign/b.png': picture,
    'train/benign/a.JPG': picture,
    'train/malignant/deep/c.tif': picture,
    'train/notes.txt': picture,
    'train/whole.png': picture,
    'training/x.png': picture,
  });

  it('come in the order of their names with the folder for a label', async () => {
    const { records } = await collect(folderPictures(data, { under: 'train' }));
    expect(records.map(({ value: { name, label } }) => [name, label])).toEqual([
      ['train/benign/a.JPG', 'benign'],
      ['train/benign/b.png', 'benign'],
      ['train/malignant/deep/c.tif', 'malignant/deep'],
      ['train/whole.png', ''],
    ]);
    expect(Buffer.from(await records[0].value.load()).equals(picture)).toBe(true);
  });

  it('go on behind any picture, though others have come or gone', async () => {
    const { records } = await collect(folderPictures(data));
    const { records: rest } = await collect(folderPictures(data, { from: records[1].next }));
    expect(rest.map(({ value }) => value.name)).toEqual(records.slice(2).map(({ value }) => value.name));
    const fewer = memoryData({ 'train/benign/a.JPG': picture, 'train/whole.png': picture });
    const { records: left } = await collect(folderPictures(fewer, { from: records[1].next }));
    expect(left.map(({ value, next }) => [value.name, next.index])).toEqual([['train/whole.png', 3]]);
  });

  it('may be limited in size and told by other endings', async () => {
    const { records } = await collect(folderPictures(data, { extensions: ['txt'], maxRecordBytes: 3 }));
    expect(records).toHaveLength(1);
    await expect(records[0].value.load()).rejects.toMatchObject({ code: 'limit-exceeded' });
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openFile } from './data-root.ts';
import { delimitedRecords } from './delimited.ts';
import { jsonElements, jsonEntries } from './json.ts';
import { npzRecords } from './npz.ts';
import type { ByteSource, Streamed, StreamOptions } from './source.ts';
import { tarSamples } from './tar.ts';
import { collect } from './testing/memory-source.ts';

const shared = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const open = (name: string) => openFile(`${shared}${name}`);

/** Facts of the files, computed with NumPy and Python's own readers. */
interface ArrayFact {
  readonly shape: readonly number[];
  readonly mean?: number;
  readonly counts?: Readonly<Record<string, number>>;
}
const facts = (name: string) =>
  (JSON.parse(readFileSync(`${shared}facts.json`, 'utf8')) as Record<string, unknown>)[name];

const counted = (values: readonly unknown[]) => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[String(value)] = (counts[String(value)] ?? 0) + 1;
  return counts;
};

describe.skipIf(!existsSync(shared))('files of real releases', () => {
  it.each([
    'pneumoniamnist/pneumoniamnist.npz',
    'busi-ultrasound/busi_64.npz',
    'ham10000/ham_28.npz',
  ])('%s has the pictures and labels that NumPy finds', async (name) => {
    const source = await open(name);
    const known = facts(name) as Record<string, ArrayFact>;
    for (const split of ['train', 'val', 'test']) {
      const [images, labels] = [`${split}_images`, `${split}_labels`];
      let sum = 0;
      let count = 0;
      const found: unknown[] = [];
      for await (const { value } of npzRecords(source, { arrays: [images, labels] })) {
        for (const pixel of value[images].data as Uint8Array) sum += pixel;
        count += value[images].data.length;
        found.push(value[labels].data[0]);
      }
      expect(found).toHaveLength(known[images].shape[0]);
      expect(sum / count).toBeCloseTo(known[images].mean ?? Number.NaN, 3);
      expect(counted(found)).toEqual(known[labels].counts);
    }
  });

  it('the SLAKE test questions are as many of each kind as Python counts', async () => {
    const name = 'slake-questions/slake_test.json';
    const known = facts(name) as { questions: number; lang: object; content: object; answer_type: object };
    const { records } = await collect(jsonElements(await open(name)));
    const rows = records.map(({ value }) => value as Record<string, string>);
    expect(rows).toHaveLength(known.questions);
    expect(counted(rows.map(({ q_lang }) => q_lang))).toEqual(known.lang);
    expect(counted(rows.map(({ content_type }) => content_type))).toEqual(known.content);
    expect(counted(rows.map(({ answer_type }) => answer_type))).toEqual(known.answer_type);
  });

  it('the Open-i reports come out of their archive, all of them', async () => {
    const name = 'reports-openi/NLMCXR_reports.tgz';
    let reports = 0;
    for await (const { value } of tarSamples(await open(name)))
      if (Buffer.from(value.files.get('xml') ?? []).includes('<eCitation>')) reports++;
    expect(reports).toBe((facts(name) as { xml_files: number }).xml_files);
  });

  it.each<[string, (source: ByteSource, options: StreamOptions) => AsyncIterable<Streamed<unknown>>]>([
    ['mediconfusion/dataset.csv', delimitedRecords],
    ['mediconfusion/dataset.json', jsonEntries],
    [
      'cxr-nih/BBox_List_2017.csv',
      // Its head row has commas inside a name and more of them behind it than its rows.
      (source, options) =>
        delimitedRecords(source, {
          ...options,
          header: ['image', 'finding', 'x', 'y', 'width', 'height'],
          headRow: true,
        }),
    ],
    ['slake-questions/slake_test.json', jsonElements],
    [
      'pneumoniamnist/pneumoniamnist.npz',
      (source, options) => npzRecords(source, { ...options, arrays: ['val_labels'] }),
    ],
  ])('%s is gone on with at any record', async (name, stream) => {
    const source = await open(name);
    const { records, error } = await collect(stream(source, {}));
    expect(error).toBeUndefined();
    expect(records.length).toBeGreaterThan(100);
    for (const stop of [0, Math.floor(records.length / 3), records.length - 2, records.length - 1])
      expect((await collect(stream(source, { from: records[stop].next }))).records).toEqual(
        records.slice(stop + 1),
      );
  });
});

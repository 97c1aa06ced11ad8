// Published facts of the question sets, on their own files where these are at hand.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openData } from '../records/data-root.ts';
import { checkData } from './data-check.ts';
import { publishedBenchmarks } from './published/registry.generated.ts';
import type { PublishedBenchmark } from './published.ts';
import { scorePublished } from './published-score.ts';
import { recordOptions } from './published-source.ts';

const shared = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const plugins = publishedBenchmarks as unknown as Readonly<Record<string, PublishedBenchmark>>;

async function baselines(id: string, folder: string, mode: string, protocol: 'published' | 'strict') {
  const plugin = plugins[id];
  const report = await scorePublished({
    plugin,
    data: await openData(join(shared, folder)),
    contentHash: '',
    options: recordOptions(plugin, { mode, split: 'test' }),
    runs: [],
    protocol,
    resamples: 50,
  });
  const score = (reader: string, metric: string) =>
    report.baselines.find((one) => one.reader === reader)?.overall.find((cell) => cell.metric === metric);
  return { report, score };
}

describe.skipIf(!existsSync(join(shared, 'vqa-rad/testset.json')))('VQA-RAD', () => {
  it('451 test questions on 203 pictures, 272 closed; always "no" is right in 133 of them', async () => {
    const { report, score } = await baselines('vqa-rad', 'vqa-rad', 'open', 'strict');
    expect(report.benchmark).toMatchObject({ items: 451, patients: 203 });
    expect(score('always-no', 'closed-accuracy')).toMatchObject({ n: 272, score: 133 / 272 });
    expect(score('always-yes', 'closed-accuracy')?.score).toBe(118 / 272);
    expect(score('always-no', 'open-exact')?.n).toBe(179);
  });
  it('251 of its questions can be asked by choice', async () => {
    const { report, score } = await baselines('vqa-rad', 'vqa-rad', 'choice', 'strict');
    expect(report.benchmark.items).toBe(251);
    expect(score('always-no', 'accuracy')).toMatchObject({ score: 133 / 251, chance: 0.5 });
  });
  it('as released, always "no" is never wrong: its misses are in no denominator', async () => {
    const { score } = await baselines('vqa-rad', 'vqa-rad', 'open', 'published');
    // 133 times no, and "no" is no part of any other closed answer that would then be a hit.
    expect(score('always-no', 'closed-accuracy')).toMatchObject({ n: 133, score: 1 });
  });
  it('the release is complete but for pictures of training questions', async () => {
    const check = await checkData(plugins['vqa-rad'], await openData(join(shared, 'vqa-rad')), {
      split: 'test',
    });
    expect(check).toMatchObject({ complete: true, records: 451, pictures: 451, missingPictures: 0 });
  });
});

describe.skipIf(!existsSync(join(shared, 'slake-questions/slake_test.json')))('SLAKE questions', () => {
  it('2,094 test questions on 180 pictures: 1,061 English, 836 closed', async () => {
    const { report, score } = await baselines('slake', 'slake-questions', 'no-image', 'strict');
    expect(report.benchmark).toMatchObject({ items: 2094, patients: 180 });
    expect(score('always-no', 'closed-accuracy')?.n).toBe(836);
    expect(score('always-no', 'open-exact')?.n).toBe(1258);
    const { language } = report.baselines[0].facets;
    expect(language.en[0].n).toBe(1061);
    expect(language.zh[0].n).toBe(1033);
  });
});

describe.skipIf(!existsSync(join(shared, 'iu-xray-vqa/iuxray_test.jsonl')))('IU-Xray questions', () => {
  it('2,573 questions on 587 films: 639 yes and 1,814 no, as the release counts them', async () => {
    const { report, score } = await baselines('iu-xray-vqa', 'iu-xray-vqa', 'no-image', 'published');
    expect(report.benchmark).toMatchObject({ items: 2573, patients: 587 });
    expect(score('always-yes', 'accuracy')).toMatchObject({ n: 639 + 1814, score: 639 / 2453 });
    expect(score('always-no', 'accuracy')?.score).toBe(1814 / 2453);
    expect(score('always-no', 'balanced-accuracy')?.score).toBe(0.5);
    expect(score('always-no', 'f1')?.score).toBe(0);
  });
  it('twenty questions give their answer away and are left out by strict', async () => {
    const { report } = await baselines('iu-xray-vqa', 'iu-xray-vqa', 'no-image', 'strict');
    expect(report.baselines[0].facets.wording['gives the answer away'][0].n).toBe(0);
    const records = plugins['iu-xray-vqa'].records(
      await openData(join(shared, 'iu-xray-vqa')),
      recordOptions(plugins['iu-xray-vqa'], { mode: 'no-image' }),
    );
    let leaks = 0;
    for await (const { item } of records) if (item.facets?.wording !== 'plain') leaks++;
    expect(leaks).toBe(20);
  });
});

describe.skipIf(!existsSync(join(shared, 'slake-questions/slake_test.json')))(
  'a set without pictures',
  () => {
    it('is said to lack them, and is complete where they are not asked for', async () => {
      const data = await openData(join(shared, 'slake-questions'));
      expect((await checkData(plugins.slake, data)).missingPictures).toBe(2094);
      expect(await checkData(plugins.slake, data, { mode: 'no-image' })).toMatchObject({
        complete: true,
        records: 2094,
        pictures: 0,
      });
    });
  },
);

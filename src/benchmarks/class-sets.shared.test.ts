// Published facts of the classification sets, on their own files where these are at hand.
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

const baselines = async (
  id: string,
  path: string,
  split: string | undefined,
  columns: Record<string, string> = {},
) =>
  scorePublished({
    plugin: plugins[id],
    data: await openData(join(shared, path)),
    contentHash: '',
    options: recordOptions(plugins[id], { columns, ...(split === undefined ? {} : { split }) }),
    runs: [],
    protocol: 'strict',
    resamples: 50,
  });

describe.skipIf(!existsSync(join(shared, 'pneumoniamnist')))('PneumoniaMNIST', () => {
  const file = 'pneumoniamnist/pneumoniamnist.npz';
  it('test: 624 pictures, 390 with pneumonia, which the train split makes the likely answer', async () => {
    const report = await baselines('medmnist', file, 'test');
    expect(report.benchmark.items).toBe(624);
    const frequent = report.baselines.find(({ reader }) => reader === 'most-frequent')?.overall;
    expect(frequent?.[0]).toMatchObject({ metric: 'accuracy', score: 390 / 624, chance: 0.5 });
    expect(frequent?.[1]).toMatchObject({ metric: 'balanced-accuracy', score: 0.5 });
  });
  it('this copy’s train split is cut, and the check says so', async () => {
    const check = await checkData(plugins.medmnist, await openData(join(shared, file)), {
      split: 'validation',
    });
    expect(check).toMatchObject({ complete: true, records: 524 });
    expect(check.findings.map(({ message }) => message).join('\n')).toContain(
      '3882 train pictures, the release 4708',
    );
  });
});

const TEST_SETS = [
  ['BUSI', 'busi-ultrasound/busi_64.npz', [30, 99, 37]],
  ['HAM10000', 'ham10000/ham_28.npz', [20, 20, 20, 14, 20, 20, 18]],
  ['BCCD', 'blood-cells-bccd/bccd_crops_28.npz', [76, 72, 61]],
] as const;

describe.each(TEST_SETS)('%s as an archive', (_, path, counts) => {
  it.skipIf(!existsSync(join(shared, path)))('test pictures by class', async () => {
    const total = counts.reduce<number>((sum, n) => sum + n, 0);
    const report = await baselines('image-classes', path, 'test');
    expect(report.benchmark.items).toBe(total);
    const of = (reader: string) => report.baselines.find((one) => one.reader === reader)?.overall[0].score;
    expect(of('always-a')).toBeCloseTo(counts[0] / total, 12);
    expect(of('always-b')).toBeCloseTo(counts[1] / total, 12);
    expect(report.baselines[0].overall[0].chance).toBeCloseTo(1 / counts.length, 12);
  });
});

describe.skipIf(!existsSync(join(shared, 'ham10000/metadata.csv')))('HAM10000 as a table', () => {
  it('20 pictures of each of seven diagnoses, clustered by lesion, masks left out', async () => {
    const report = await baselines('image-classes', 'ham10000', undefined);
    expect(report.benchmark.items).toBe(140);
    expect(report.baselines.find(({ reader }) => reader === 'always-a')?.overall[0].score).toBe(1 / 7);
    const check = await checkData(plugins['image-classes'], await openData(join(shared, 'ham10000')));
    expect(check).toMatchObject({ complete: true, pictures: 140, missingPictures: 0 });
  });
});

describe.skipIf(!existsSync(join(shared, 'busi-ultrasound/images')))('BUSI pictures named by class', () => {
  it('four of each', async () => {
    const report = await baselines('image-classes', 'busi-ultrasound/images', undefined);
    expect(report.benchmark.items).toBe(12);
    expect(report.baselines.find(({ reader }) => reader === 'always-a')?.overall[0].score).toBe(1 / 3);
  });
});

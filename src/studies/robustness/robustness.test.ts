// Robustness: splits that keep patients together, the ratio and its edges, and a whole study with known truths.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import vqaRad from '../../benchmarks/published/vqa-rad.ts';
import type { PublishedBenchmark, PublishedItem } from '../../benchmarks/published.ts';
import { silent } from '../../domain/progress.ts';
import { createGateway } from '../../experts/gateway.ts';
import { startLoopback } from '../../experts/testing/loopback.ts';
import { openData } from '../../records/data-root.ts';
import { meanOf } from '../../scoring/metric.ts';
import type { MeasuredItem } from '../../scoring/metric-cells.ts';
import { memoryBlobs } from '../../storage/blobs.ts';
import { collectRecords, loadItems } from '../ask-items.ts';
import { scriptedStudy, writeShiftedRelease } from './check.ts';
import { kendallTau, meanAndSd, relativeRobustness, robustnessOf, robustnessPair } from './relative.ts';
import { sectionsOf } from './render.ts';
import { robustnessStudy } from './run.ts';
import { parseShift, splitByShift } from './shift.ts';

const item = (id: number, patientId: string, modality: string, type: string) =>
  ({ id: `q${id}`, patientId, type, facets: { modality } }) as unknown as PublishedItem;

/** Twenty questions on ten pictures: four X-ray pictures; every picture has a size and an organ question. */
const table = Array.from({ length: 20 }, (_, n) =>
  item(n, `p${n >> 1}`, n >> 1 < 4 ? 'X-Ray' : 'CT', n % 2 === 0 ? 'size' : 'organ'),
);

describe('shifts', () => {
  it('hold the value out of the alike items and keep patients on one side', () => {
    const split = splitByShift(table, parseShift('modality=x-ray'));
    expect([split.iid.size, split.ood.size, split.by, split.straddling]).toEqual([12, 8, 'cluster', 0]);
    expect([...split.ood].some((id) => split.iid.has(id))).toBe(false);
    const clusters = (ids: ReadonlySet<string>) =>
      new Set(table.filter(({ id }) => ids.has(id)).map(({ patientId }) => patientId));
    expect([...clusters(split.ood)].some((cluster) => clusters(split.iid).has(cluster))).toBe(false);
  });

  it('count the patients on both sides where the column belongs to the question', () => {
    const split = splitByShift(table, parseShift('type=size'));
    expect([split.iid.size, split.ood.size, split.by, split.straddling]).toEqual([10, 10, 'item', 10]);
  });

  it('say which values there are when a side is empty', () => {
    expect(() => splitByShift(table, parseShift('modality=PET'))).toThrow(/X-Ray \(8\)|CT \(12\)/);
    expect(() => splitByShift(table, parseShift('scanner=A'))).toThrow(/no item has the column/i);
    expect(() => parseShift('modality')).toThrow(/COLUMN=VALUE/);
  });
});

const rows = (side: string, scores: readonly number[]): MeasuredItem<unknown>[] =>
  scores.map((score, n) => ({
    questionId: `${side}${n}`,
    cluster: `${side}${n}`,
    outcome: 'scored',
    item: score,
  }));
const settings = {
  metric: meanOf<unknown>({ id: 'accuracy', summary: '' }, (score) => score as number),
  protocol: 'strict' as const,
  seed: '1',
  resamples: 400,
};
const share = (n: number, right: number) => Array.from({ length: n }, (_, at) => Number(at < right));

describe('relative robustness', () => {
  it('is the score under shift over the score without, and undefined without any score', () => {
    expect(relativeRobustness(0.8, 0.6)).toBeCloseTo(0.75, 12);
    expect(relativeRobustness(0, 0.6)).toBeNull();
  });

  it('has an interval that holds the ratio', () => {
    const { rr, ci95 } = robustnessOf(
      [{ iid: rows('i', share(100, 80)), ood: rows('o', share(100, 60)) }],
      settings,
    );
    expect(rr).toBeCloseTo(0.75, 12);
    // Delta method: sd of the ratio = 0.75 √(0.2/(100·0.8) + 0.4/(100·0.6)) = 0.072.
    expect(ci95?.[0]).toBeGreaterThan(0.75 - 2.6 * 0.072);
    expect(ci95?.[0]).toBeLessThan(0.75 - 1.4 * 0.072);
    expect(ci95?.[1]).toBeGreaterThan(0.75 + 1.4 * 0.072);
    expect(ci95?.[1]).toBeLessThan(0.75 + 2.6 * 0.072);
  });

  it('compares methods on the items that both read', () => {
    const strong = {
      name: 'a',
      runs: [{ iid: rows('i', share(200, 160)), ood: rows('o', share(200, 160)) }],
    };
    const weak = { name: 'b', runs: [{ iid: rows('i', share(200, 160)), ood: rows('o', share(200, 80)) }] };
    expect(robustnessPair(strong, weak, settings)).toMatchObject({ verdict: 'win', difference: 0.5 });
    expect(robustnessPair(weak, strong, settings).verdict).toBe('loss');
    expect(robustnessPair(strong, { ...strong, name: 'c' }, settings).verdict).toBe('tie');
    // Two runs of a method count with their mean: (1 + 0.5) / 2 against 0.5.
    const mixed = { name: 'd', runs: [...strong.runs, ...weak.runs] };
    expect(robustnessPair(mixed, weak, settings).difference).toBeCloseTo(0.25, 12);
    // Read as errors, the same numbers say that the error of the second halves under the shift.
    const error = meanOf<unknown>({ id: 'error', summary: '', better: 'lower' }, (score) => score as number);
    expect(robustnessPair(strong, weak, { ...settings, metric: error }).verdict).toBe('loss');
  });

  it('spreads runs by the sample standard deviation', () => {
    expect(meanAndSd([0.7, 0.8, 0.9])).toEqual({
      mean: expect.closeTo(0.8, 12),
      sd: expect.closeTo(0.1, 12),
    });
    expect(meanAndSd([0.7]).sd).toBeNull();
  });

  it('compares rankings by Kendall’s τ-b', () => {
    expect(kendallTau([1, 2, 3], [1, 2, 3])).toBe(1);
    expect(kendallTau([1, 2, 3], [3, 2, 1])).toBe(-1);
    // scipy.stats.kendalltau([1, 2, 3, 3], [1, 3, 2, 4]).statistic
    expect(kendallTau([1, 2, 3, 3], [1, 3, 2, 4])).toBeCloseTo(0.5477225575051662, 12);
    expect(kendallTau([1, 1], [1, 2])).toBeNull();
    // Methods whose ratio is not defined are in no ranking, however many there are.
    expect(kendallTau([1, null, null, 2, 3], [1, 5, null, null, 3])).toBe(1);
    expect(kendallTau([1, null], [1, 2])).toBeNull();
  });
});

describe('a whole study', () => {
  it('finds that one model looks and loses under the shift, and that the other never looks', async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'overread-robustness-'));
    try {
      const study = await scriptedStudy(
        { scratch, seed: '3', progress: silent, signal: new AbortController().signal },
        160,
      );
      const [looking, blind] = study.methods;
      expect(looking.noImage?.usesPictures).toBe(true);
      expect(blind.noImage).toMatchObject({ usesPictures: false, gain: { difference: 0 } });
      expect(looking.shifts['organ=head'].iid.score).toBe(1);
      expect(looking.shifts['organ=head'].rr).toBeLessThan(0.9);
      // The mean of a picture bears noise of any standard deviation that does not clip.
      expect(looking.perturbations['gaussian-noise'][0].change.difference).toBeCloseTo(0, 1);
      expect(blind.perturbations.window[0].change.difference).toBe(0);
      const readers = 1 + study.methods.length + study.baselines.length;
      expect(sectionsOf(study).map(({ rows }) => rows.length)).toEqual([readers, readers, 5, 2]);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });

  it('samples as the mode says, where a mode samples otherwise', async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'overread-sampling-'));
    const bodies: string[] = [];
    const server = await startLoopback({
      record: false,
      answer({ body }) {
        bodies.push(JSON.stringify(body));
        return { text: 'yes' };
      },
    });
    const blobs = memoryBlobs();
    const gateway = createGateway({
      allow: [new URL(server.url).origin],
      baseUrls: { compatible: server.url },
      blobs,
    });
    const [mode] = vqaRad.modes;
    const plugin = {
      ...vqaRad,
      sampling: { maxOutputTokens: 11 },
      modeSampling: { [mode]: { maxOutputTokens: 222 } },
    } as unknown as PublishedBenchmark;
    try {
      await writeShiftedRelease(scratch, { items: 4, seed: '1' });
      const records = await collectRecords(plugin, await openData(scratch), { mode, seed: '1' });
      await robustnessStudy({
        ...{ plugin, mode, protocol: 'strict', items: await loadItems(records, blobs), gateway, blobs },
        methods: [{ name: 'a', readers: ['compatible/a'] }],
        ...{ shifts: [], perturbations: [], train: { mostFrequent: () => undefined }, resamples: 100 },
        ...{ seed: '1', progress: silent, signal: new AbortController().signal },
      });
      expect(bodies.length).toBeGreaterThan(0);
      expect(bodies.every((body) => /max\w*tokens":222/.test(body))).toBe(true);
    } finally {
      await gateway.close();
      await server.close();
      await rm(scratch, { recursive: true, force: true });
    }
  });
});

import { describe, expect, it } from 'vitest';
import { random } from '../../domain/random.ts';
import { quantile, resample } from './bootstrap.ts';
import { clusterTable, linearise } from './clusters.ts';
import { clopperPearson, effectiveReads, scoreInterval } from './interval.ts';

const ALL = { groups: [0], macro: false };

/** Patients of `size` reads whose success probability is beta-like around 0.7: half at 0.7 − d, half at 0.7 + d. */
function cohort(seed: string, patients: number, size: number, d: number) {
  const rng = random(seed);
  const patient: number[] = [];
  const score: number[] = [];
  for (let p = 0; p < patients; p++) {
    const chance = 0.7 + (rng.next() < 0.5 ? d : -d);
    for (let i = 0; i < size; i++) {
      patient.push(p);
      score.push(rng.next() < chance ? 1 : 0);
    }
  }
  return clusterTable(patient, new Int32Array(patient.length), score, patients, 1);
}

function coverage(patients: number, size: number, d: number, trials: number): number {
  let covered = 0;
  for (let trial = 0; trial < trials; trial++) {
    const table = cohort(`coverage ${patients} ${trial}`, patients, size, d);
    const { ci95 } = scoreInterval(table, resample(table, { seed: `${trial}`, count: 400 }), ALL);
    if (ci95 !== null && ci95[0] <= 0.7 && 0.7 <= ci95[1]) covered++;
  }
  return covered / trials;
}

describe('Clopper–Pearson', () => {
  it('agrees with scipy.stats.binomtest(...).proportion_ci("exact")', () => {
    for (const [k, n, low, high] of [
      [0, 10, 0, 0.30849710781876294],
      [10, 10, 0.6915028921812371, 1],
      [3, 20, 0.03207093718554477, 0.37892682654529564],
      [87, 100, 0.7879593229125502, 0.9289269538145403],
    ]) {
      const interval = clopperPearson(k, n);
      expect(interval[0]).toBeCloseTo(low, 10);
      expect(interval[1]).toBeCloseTo(high, 10);
    }
  });
  it('of all right out of n has the lower end (α/2)^(1/n)', () => {
    expect(clopperPearson(7.5, 7.5)[0]).toBeCloseTo(0.025 ** (1 / 7.5), 10);
  });
});

describe('clustered variance', () => {
  it('of one read per patient is the sample variance of the mean', () => {
    const scores = [1, 0, 1, 1, 0, 1, 1, 0.5];
    const table = clusterTable([...scores.keys()], new Int32Array(8), scores, 8, 1);
    const mean = scores.reduce((a, b) => a + b) / 8;
    const variance = scores.reduce((sum, s) => sum + (s - mean) ** 2, 0) / 7 / 8;
    expect(linearise(table, ALL).variance).toBeCloseTo(variance, 12);
  });
  it('is that of the patients when all reads of a patient agree', () => {
    const patient = [0, 1, 2, 3, 4].flatMap((p) => new Array<number>(20).fill(p));
    const score = patient.map((p) => (p < 3 ? 1 : 0));
    const table = clusterTable(patient, new Int32Array(100), score, 5, 1);
    expect(linearise(table, ALL).variance).toBeCloseTo((0.6 * 0.4) / 4, 12);
    // 100 reads say no more than the 5 patients, and 4 degrees of freedom less than that.
    expect(effectiveReads(0.6, 100, 5, (0.6 * 0.4) / 4)).toBeLessThan(4.01);
  });
  it('macro means weigh types equally', () => {
    const table = clusterTable([0, 1, 2, 3], [0, 0, 0, 1], [1, 1, 0, 0], 4, 2);
    expect(linearise(table, { groups: [0, 1], macro: true }).value).toBeCloseTo(1 / 3, 12);
    expect(linearise(table, { groups: [0, 1], macro: false }).value).toBeCloseTo(0.5, 12);
  });
});

describe('the interval of a score', () => {
  it('at 100 % counts patients, not reads', () => {
    const patient = Array.from({ length: 300 }, (_, i) => i % 60);
    const table = clusterTable(patient, new Int32Array(300), new Float64Array(300).fill(1), 60, 1);
    const result = scoreInterval(table, resample(table, { seed: '1', count: 50 }), ALL);
    expect(result.interval).toBe('Clopper–Pearson on effective n 60.0');
    expect(result.ci95?.[0]).toBeCloseTo(0.025 ** (1 / 60), 10);
    expect(result.ci95?.[1]).toBe(1);
  });
  it('names the bootstrap from 30 patients on, the exact interval below, and none without reads', () => {
    const named = (patients: number) => {
      const table = cohort('named', patients, 5, 0.1);
      return scoreInterval(table, resample(table, { seed: '1', count: 200 }), ALL).interval;
    };
    expect(named(30)).toBe('patient bootstrap (BCa, 200)');
    expect(named(29)).toMatch(/^Clopper–Pearson on effective n \d/);
    const empty = clusterTable([], [], [], 0, 1);
    expect(scoreInterval(empty, resample(empty, { seed: '1', count: 10 }), ALL).value).toBeNull();
  });
  it('is the same for the same seed and another for another', () => {
    const table = cohort('seeded', 50, 4, 0.2);
    const at = (seed: string) => scoreInterval(table, resample(table, { seed, count: 300 }), ALL).ci95;
    expect(at('a')).toEqual(at('a'));
    expect(at('a')).not.toEqual(at('b'));
  });
  it('covers the truth about 95 times in 100 where patients differ (bootstrap)', () => {
    // 400 trials: three standard errors of 95 % are 3.3 points. Ignoring the patients gives about 75 %.
    const share = coverage(40, 10, 0.25, 400);
    expect(share).toBeGreaterThan(0.915);
    expect(share).toBeLessThan(0.985);
  });
  it('covers at least about 95 times in 100 with twelve patients (exact)', () => {
    expect(coverage(12, 10, 0.25, 400)).toBeGreaterThan(0.92);
  });
  it('naive intervals that ignore patients would not cover', () => {
    let covered = 0;
    for (let trial = 0; trial < 300; trial++) {
      const table = cohort(`coverage 40 ${trial}`, 40, 10, 0.25);
      const p = linearise(table, ALL).value;
      const reach = 1.96 * Math.sqrt((p * (1 - p)) / 400);
      if (Math.abs(p - 0.7) <= reach) covered++;
    }
    expect(covered / 300).toBeLessThan(0.88);
  });
});

describe('quantiles', () => {
  it('are linear between order statistics', () => {
    expect(quantile([0, 1, 2, 3], 0.5)).toBe(1.5);
    expect(quantile([5], 0.9)).toBe(5);
    expect(quantile([0, 10], 1)).toBe(10);
  });
});

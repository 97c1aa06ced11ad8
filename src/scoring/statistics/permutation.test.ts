import { describe, expect, it } from 'vitest';
import { random } from '../../domain/random.ts';
import { resample } from './bootstrap.ts';
import { clusterTable } from './clusters.ts';
import { mcnemar, pairedDifference } from './paired.ts';
import { holm, signFlip } from './permutation.ts';

describe('sign-flip test', () => {
  it('of k equal positive differences has p = 2 / 2^k', () => {
    for (const k of [1, 4, 9, 12]) {
      expect(signFlip(new Array(k).fill(1), { seed: '1' })).toEqual({ p: 2 / 2 ** k, exact: true });
    }
  });
  it('enumerates small samples: 1, 2, 3 against −4 is reached by 14 of 16 patterns', () => {
    // |±1 ± 2 ± 3 ± 4| ≥ |1 + 2 + 3 − 4| = 2 for all but the sums of 0: {1,4|2,3} and its mirror.
    expect(signFlip([1, 2, 3, -4], { seed: '1' }).p).toBeCloseTo(14 / 16, 12);
  });
  it('no difference gives p = 1, and patients without one do not count', () => {
    expect(signFlip([0, 0, 0], { seed: '1' }).p).toBe(1);
    expect(signFlip([0, 1, 0, 1, 1], { seed: '1' }).p).toBe(0.25);
  });
  it('draws agree with the exact binomial tail where differences are equal', () => {
    // 30 patients, 21 in favour: p = 2 P(X ≥ 21), X ~ Bin(30, 1/2) = 0.0427739…
    const differences = Array.from({ length: 30 }, (_, i) => (i < 21 ? 1 : -1));
    const { p, exact } = signFlip(differences, { seed: 'tail', draws: 60_000 });
    expect(exact).toBe(false);
    expect(p).toBeGreaterThan(0.0398);
    expect(p).toBeLessThan(0.0458);
  });
  it('keeps its level when reads of a patient go together, where a test of reads does not', () => {
    const trials = 600;
    let clustered = 0;
    let naive = 0;
    for (let trial = 0; trial < trials; trial++) {
      const rng = random(`null ${trial}`);
      const sums: number[] = [];
      let [wins, losses] = [0, 0];
      for (let patient = 0; patient < 25; patient++) {
        // One reader suits this patient better by chance; neither is better in general.
        const tilt = rng.next() < 0.5 ? 0.8 : 0.2;
        let sum = 0;
        for (let i = 0; i < 8; i++) sum += rng.next() < tilt ? 1 : -1;
        sums.push(sum);
        wins += (8 + sum) / 2;
        losses += (8 - sum) / 2;
      }
      if (signFlip(sums, { seed: `${trial}`, draws: 499 }).p <= 0.05) clustered++;
      if (mcnemar(wins, losses) <= 0.05) naive++;
    }
    // Three standard errors of 5 % in 600 trials are 2.7 points.
    expect(clustered / trials).toBeLessThan(0.077);
    expect(clustered / trials).toBeGreaterThan(0.023);
    expect(naive / trials).toBeGreaterThan(0.15);
  });
});

describe('Holm', () => {
  it('multiplies the smallest by m, the next by m − 1, and never goes down', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((p, i) => {
      expect(adjusted[i]).toBeCloseTo(p, 12);
    });
    expect(holm([0.6, 0.9])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });
});

describe('McNemar', () => {
  it('agrees with scipy.stats.binomtest on the discordant pairs', () => {
    expect(mcnemar(5, 15)).toBeCloseTo(0.04138946533203125, 10);
    expect(mcnemar(9, 1)).toBeCloseTo(0.021484375, 10);
    expect(mcnemar(30, 32)).toBeCloseTo(0.8990763136528589, 10);
    expect(mcnemar(0, 0)).toBe(1);
  });
});

describe('paired differences', () => {
  const ALL = { groups: [0], macro: false };
  const compare = (differences: number[], patients: number) => {
    const table = clusterTable(
      differences.map((_, i) => i % patients),
      new Int32Array(differences.length),
      differences,
      patients,
      1,
    );
    return pairedDifference(table, resample(table, { seed: 'pairs', count: 400 }), ALL, 'pairs');
  };
  it('with few patients use Student’s t on the patients', () => {
    // One read each, mean 0.5, sample variance 1/3: standard error √(1/12), t(0.975; 3) = 3.182446…
    const { ci95, difference, minimalDetectable } = compare([1, 0, 1, 0], 4);
    expect(difference).toBe(0.5);
    expect(ci95?.[0]).toBeCloseTo(0.5 - 3.182446305284263 * Math.sqrt(1 / 12), 8);
    // t(0.8; 3) = 0.978472…
    expect(minimalDetectable).toBeCloseTo((3.182446305284263 + 0.978472312363) * Math.sqrt(1 / 12), 6);
  });
  it('of identical readers stay uncertain by what the patients might have hidden', () => {
    const { difference, ci95, p } = compare(new Array(40).fill(0), 20);
    expect(difference).toBe(0);
    expect(p).toBe(1);
    expect(ci95?.[1]).toBeCloseTo(1 - 0.025 ** (1 / 20), 10);
  });
  it('of one patient have no interval', () => {
    expect(compare([1, 0, 1], 1).ci95).toBeNull();
  });
  it('find a difference of the minimal detectable size in about 80 of 100 studies', () => {
    // 60 patients of 5 questions; the difference per question is +1, 0 or −1.
    const study = (seed: string, shift: number) => {
      const rng = random(seed);
      const rows = Array.from({ length: 300 }, () => {
        const u = rng.next();
        return u < 0.2 + shift / 2 ? 1 : u < 0.4 ? -1 : 0;
      });
      return compare(rows, 60);
    };
    const planned = study('pilot', 0).minimalDetectable ?? 0;
    let found = 0;
    for (let trial = 0; trial < 200; trial++) if (study(`power ${trial}`, planned).p <= 0.05) found++;
    expect(found / 200).toBeGreaterThan(0.7);
    expect(found / 200).toBeLessThan(0.9);
  });
});

import { describe, expect, it } from 'vitest';
import { learnt, meanOf } from './check.ts';

describe('corrections where the classifier doubts', () => {
  const seeds = Array.from({ length: 40 }, (_, at) => `active/${at}`);
  const saved = (learnable: boolean, of: 'labels' | 'accuracy') =>
    meanOf(
      seeds.map((seed) => learnt('random', seed, learnable)[of] - learnt('uncertain', seed, learnable)[of]),
    );
  it('reach the target with fewer labels than random ones, over seeds', () => {
    const { mean, ci95 } = saved(true, 'labels');
    expect(mean).toBeGreaterThan(10);
    expect(ci95[0]).toBeGreaterThan(0);
  });
  it('gain nothing where labels are noise', () => {
    const { ci95 } = saved(false, 'accuracy');
    expect(ci95[0]).toBeLessThan(0.01);
    expect(ci95[1]).toBeGreaterThan(-0.01);
  });
  it('says a mean with its interval', () => {
    // 1, 2, 3: mean 2, s = 1, t(0.975, 2) = 4.302653, half 4.302653 / √3 = 2.484138.
    const { mean, ci95 } = meanOf([1, 2, 3]);
    expect(mean).toBe(2);
    expect(ci95[1]).toBeCloseTo(4.484138, 5);
  });
});

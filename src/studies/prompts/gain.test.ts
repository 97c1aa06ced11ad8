// Gains: absolute and relative, with an interval that holds zero when there is nothing.
import { describe, expect, it } from 'vitest';
import { random } from '../../domain/random.ts';
import { meanOf, type Summary } from '../../scoring/metric.ts';
import { gainOf } from './gain.ts';
import type { Objective } from './objective.ts';

const objectiveFor = (metric: Summary<unknown>): Objective => {
  const sign = metric.better === 'higher' ? 1 : -1;
  return {
    metric,
    scoreOf: ({ item }) => (item === null ? null : sign * (item as number)),
    valueOver: (rows) => sign * (metric.of(rows.flatMap(({ item }) => (item === null ? [] : [item]))) ?? 0),
    passes: () => true,
    shown: (value) => sign * value,
  };
};
const accuracy = objectiveFor(meanOf({ id: 'accuracy', summary: '' }, (item) => item as number));
const rows = (values: readonly number[], perCluster = 1) =>
  values.map((item, at) => ({
    questionId: String(at),
    cluster: `c${Math.floor(at / perCluster)}`,
    outcome: 'scored' as const,
    item,
  }));
const coin = (seed: string, n: number, p: number) => {
  const rng = random(seed);
  return Array.from({ length: n }, () => Number(rng.next() < p));
};

describe('the gain of a prompt', () => {
  it('is the difference, and the difference over the base', () => {
    const base = rows([...new Array(30).fill(1), ...new Array(70).fill(0)]);
    const after = rows([...new Array(45).fill(1), ...new Array(55).fill(0)]);
    const gain = gainOf(after, base, accuracy, '1');
    expect(gain.absolute).toBeCloseTo(0.15, 12);
    expect(gain.relative).toBeCloseTo(0.5, 12);
    expect(gain.verdict).toBe('gain');
    const [low, high] = gain.ci95 ?? [0, 0];
    expect(low).toBeGreaterThan(0.05);
    expect(high).toBeLessThan(0.26);
    expect(gain.relativeCi95?.[0]).toBeGreaterThan(0);
    expect(gainOf(base, after, accuracy, '1').verdict).toBe('loss');
  });

  it('of two equally good prompts is shown about one time in forty, not more', () => {
    let shown = 0;
    for (let seed = 0; seed < 120; seed++) {
      const { verdict } = gainOf(
        rows(coin(`a${seed}`, 80, 0.5)),
        rows(coin(`b${seed}`, 80, 0.5)),
        accuracy,
        String(seed),
        200,
      );
      if (verdict === 'gain') shown++;
    }
    expect(shown).toBeLessThanOrEqual(9);
  });

  it('is judged by clusters: items of one picture are not many pictures', () => {
    const base = rows(new Array(60).fill(0), 20);
    const after = rows([...new Array(20).fill(1), ...new Array(40).fill(0)], 20);
    expect(gainOf(after, base, accuracy, '1').verdict).toBe('no gain shown');
    expect(
      gainOf(rows(after.map(({ item }) => item)), rows(base.map(({ item }) => item)), accuracy, '1').verdict,
    ).toBe('gain');
  });

  it('of a metric of sets is not shown by a few pictures that vary', () => {
    // The same mean, not said to be one: three pictures of ten items each, of which two gain and one does not.
    const share = objectiveFor({
      id: 'share',
      summary: '',
      better: 'higher',
      range: [0, 1],
      of: (items) => items.reduce<number>((sum, item) => sum + (item as number), 0) / items.length,
    });
    const base = rows(new Array(30).fill(0), 10);
    const after = rows([...new Array(10).fill(1), ...coin('x', 10, 0.4), 1, ...new Array(9).fill(0)], 10);
    const gain = gainOf(after, base, share, '1');
    expect(gain.absolute).toBeGreaterThan(0.3);
    expect(gain.verdict).toBe('no gain shown');
  });

  it('has no relative value over nothing, and no interval out of one cluster', () => {
    const gain = gainOf(rows([1, 1, 0, 1]), rows([0, 0, 0, 0]), accuracy, '1');
    expect(gain.relative).toBeNull();
    expect(gain.relativeCi95).toBeNull();
    const alone = gainOf(rows([1, 1, 1], 3), rows([0, 0, 0], 3), accuracy, '1');
    expect(alone.ci95).toBeNull();
    expect(alone.verdict).toBe('no gain shown');
  });

  it('of a metric where less is better is positive when it falls', () => {
    const error = objectiveFor({
      id: 'error',
      summary: '',
      better: 'lower',
      range: [0, Number.POSITIVE_INFINITY],
      of: (items) => items.reduce<number>((sum, item) => sum + (item as number), 0) / items.length,
    });
    const gain = gainOf(rows(new Array(40).fill(2)), rows(new Array(40).fill(5)), error, '1');
    expect(gain.absolute).toBe(3);
    expect(gain.relative).toBeCloseTo(0.6, 12);
    expect(gain.verdict).toBe('gain');
  });
});

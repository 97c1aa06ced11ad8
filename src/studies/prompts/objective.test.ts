// What is optimised: the main metric, turned so that more is better, for whole parts and for single replies.
import { describe, expect, it } from 'vitest';
import type { PublishedBenchmark } from '../../benchmarks/published.ts';
import { meanOf, type Summary } from '../../scoring/metric.ts';
import { objectiveOf, type StudyItem } from './objective.ts';

interface Pair {
  readonly pair: string;
  readonly right: number;
}

const plugin = (...metrics: readonly Summary<Pair>[]) =>
  ({ metrics: () => metrics }) as unknown as PublishedBenchmark;
const objective = (...metrics: readonly Summary<Pair>[]) =>
  objectiveOf({ plugin: plugin(...metrics), mode: 'any', protocol: 'strict' });
const measured = (item: Pair | null) => ({
  questionId: '1',
  cluster: 'c',
  outcome: 'scored' as const,
  item,
});
const best = (value: number | null) => ({ best: value }) as StudyItem;

const accuracy = meanOf<Pair>({ id: 'accuracy', summary: '' }, ({ right }) => right);
const error = meanOf<Pair>(
  { id: 'error', summary: '', better: 'lower', range: [0, Number.POSITIVE_INFINITY] },
  ({ right }) => right,
);
/** Share of pairs with both right; no value where no pair is whole. */
const sets: Summary<Pair> = {
  id: 'sets',
  summary: '',
  better: 'higher',
  range: [0, 1],
  of(items) {
    const whole = [...Map.groupBy(items, ({ pair }) => pair).values()].filter((own) => own.length === 2);
    return whole.length === 0
      ? null
      : whole.filter((own) => own.every(({ right }) => right === 1)).length / whole.length;
  },
};

describe('the objective', () => {
  it('is the main metric, for one reply and for many', () => {
    const { scoreOf, valueOver, passes } = objective(accuracy, error);
    expect(scoreOf(measured({ pair: 'a', right: 1 }))).toBe(1);
    expect(scoreOf(measured(null))).toBeNull();
    expect(valueOver([1, 1, 0, 0].map((right) => measured({ pair: 'a', right })))).toBe(0.5);
    expect(valueOver([measured(null)])).toBeNull();
    expect([1, 0.95, 0.85, null].map((score) => passes(score, best(1)))).toEqual([true, true, false, false]);
  });

  it('of an error grows as the error falls, and is shown as the error', () => {
    const { scoreOf, valueOver, shown, passes } = objective(error);
    expect(scoreOf(measured({ pair: 'a', right: 3 }))).toBe(-3);
    expect(shown(valueOver([2, 4].map((right) => measured({ pair: 'a', right }))) ?? 0)).toBe(3);
    expect([passes(-0, best(-0)), passes(-0.1, best(-0))]).toEqual([true, false]);
  });

  it('of sets judges single replies by the first metric that has a value for one', () => {
    const { scoreOf, valueOver } = objective(sets, accuracy);
    const [a, b] = [measured({ pair: 'a', right: 1 }), measured({ pair: 'a', right: 0 })];
    expect([scoreOf(a), scoreOf(b)]).toEqual([1, 0]);
    expect(valueOver([a, b])).toBe(0);
    expect(valueOver([a, a])).toBe(1);
    expect(objective(sets).scoreOf(a)).toBeNull();
  });
});

// Cells and pairs of published benchmarks: repeats, questions of one reader only, few clusters, and metrics that are not means.
import { describe, expect, it } from 'vitest';
import { random } from '../domain/random.ts';
import { meanOf, type Summary } from './metric.ts';
import { type MeasuredItem, metricCells, metricPair } from './metric-cells.ts';

const accuracy = meanOf<number>({ id: 'accuracy', summary: 'right' }, (value) => value);
/** The same value without saying that it is a mean. */
const unnamed: Summary<number> = {
  id: 'share',
  summary: 'right',
  better: 'higher',
  range: [0, 1],
  of: (items) => (items.length === 0 ? null : items.reduce((sum, one) => sum + one, 0) / items.length),
};
const settings = { protocol: 'strict' as const, seed: '1', resamples: 500 };

const read = (questionId: string, item: number | null, cluster = questionId): MeasuredItem<number> => ({
  questionId,
  cluster,
  outcome: item === null ? 'unsupported' : 'scored',
  item,
});
const pair = (
  a: readonly MeasuredItem<number>[],
  b: readonly MeasuredItem<number>[],
  metric: Summary<number> = accuracy,
) => metricPair({ reader: 'a', rows: a }, { reader: 'b', rows: b }, metric, settings);

describe.each([
  ['a mean', accuracy],
  ['any other metric', unnamed],
])('a pair of readers on %s', (_, metric) => {
  it('counts every repeat of either reader', () => {
    const a = ['q', 'r'].flatMap((id) => [read(id, 1), read(id, 0), read(id, 1)]);
    // b was right at the first of two reads each time: the last alone would say that it is never right.
    const b = ['q', 'r'].flatMap((id) => [read(id, 1), read(id, 0)]);
    const found = pair(a, b, metric);
    expect(found.difference).toBeCloseTo(2 / 3 - 1 / 2, 12);
    expect([found.n, found.nPatients]).toEqual([2, 2]);
    expect(pair(b, a, metric).difference).toBeCloseTo(1 / 2 - 2 / 3, 12);
  });

  it('leaves out what either reader cannot be asked', () => {
    const a = [read('q', 1), read('r', 0), read('s', null), read('t', 1)];
    const b = [read('q', 1), read('r', 1), read('s', 1)];
    expect(pair(a, b, metric)).toMatchObject({ n: 2, difference: -0.5 });
  });

  it('is the same the other way round, with the sign turned', () => {
    const rng = random('pair');
    const [a, b] = [0.7, 0.5].map((share) =>
      Array.from({ length: 90 }, (_, n) => read(`q${n}`, Number(rng.next() < share), `p${n >> 1}`)),
    );
    const [one, other] = [pair(a, b, metric), pair(b, a, metric)];
    expect(other.difference).toBeCloseTo(-one.difference, 12);
    expect(other.ci95?.[0]).toBeCloseTo(-(one.ci95?.[1] ?? 0), 12);
    expect(other.ci95?.[1]).toBeCloseTo(-(one.ci95?.[0] ?? 0), 12);
  });

  it.each([
    2, 3, 5, 12,
  ])('of readers that are equally good finds a difference in few of 300 studies of %i patients', (patients) => {
    const rng = random('few clusters', String(patients));
    let found = 0;
    for (let study = 0; study < 300; study++) {
      const rows = () =>
        Array.from({ length: patients }, (_, p) => {
          const share = rng.next();
          return Array.from({ length: 8 }, (_, n) => read(`q${p}-${n}`, Number(rng.next() < share), `p${p}`));
        }).flat();
      if (pair(rows(), rows(), metric).verdict !== 'tie') found++;
    }
    // 5 % are expected; 27 of 300 is three standard errors above.
    expect(found).toBeLessThan(27);
  });

  it('of two patients is a tie although both differ alike', () => {
    const rows = (value: number) => [read('q', value), read('r', value)];
    expect(pair(rows(1), rows(0), metric)).toMatchObject({ difference: 1, verdict: 'tie' });
  });

  it('of many patients that all differ alike is a win', () => {
    const rows = (value: number) => Array.from({ length: 12 }, (_, n) => read(`q${n}`, value));
    expect(pair(rows(1), rows(0), metric)).toMatchObject({ difference: 1, verdict: 'win' });
    expect(pair(rows(0), rows(1), metric)).toMatchObject({ difference: -1, verdict: 'loss' });
    expect(pair(rows(1), rows(1), metric)).toMatchObject({ difference: 0, verdict: 'tie' });
  });
});

describe('a pair', () => {
  it('is a win for the smaller value where less is better', () => {
    const error = meanOf<number>(
      { id: 'mae', summary: 'error', better: 'lower', range: [0, Number.POSITIVE_INFINITY] },
      (value) => value,
    );
    const rows = (offset: number) => Array.from({ length: 40 }, (_, n) => read(`q${n}`, offset + (n % 5)));
    // The same offset everywhere: nothing varies, and errors have no end. Forty that agree are believed, four are not.
    const found = pair(rows(0), rows(3), error);
    expect(found.verdict).toBe('win');
    expect(found.ci95?.[0]).toBeCloseTo(-3, 9);
    expect(pair(rows(0).slice(0, 4), rows(3).slice(0, 4), error)).toMatchObject({
      ci95: null,
      verdict: 'tie',
    });
    const uneven = rows(3).map((row, n) => ({ ...row, item: (row.item ?? 0) + (n % 3) }));
    expect(pair(rows(0), uneven, error).verdict).toBe('win');
    expect(pair(uneven, rows(0), error).verdict).toBe('loss');
  });

  it('has nothing to compare where the metric is not defined', () => {
    const never: Summary<number> = { ...unnamed, of: () => null };
    expect(pair([read('q', 1), read('r', 1)], [read('q', 0), read('r', 0)], never)).toMatchObject({
      n: 0,
      ci95: null,
      verdict: 'tie',
    });
  });
});

describe('a cell', () => {
  it('counts the patients who are in the mean, not all who were asked', () => {
    const some = meanOf<number>({ id: 'some', summary: 'of some' }, (value) => (value < 0 ? null : value));
    const rows = [read('q', 1), read('r', 0), read('s', -1), read('t', -1)];
    expect(metricCells(rows, [some], settings)[0]).toMatchObject({ score: 0.5, n: 2, nPatients: 2 });
  });

  it('of a corpus metric says how its interval was made, and makes it wider for few clusters', () => {
    const rows = (clusters: number) =>
      Array.from({ length: 120 }, (_, n) => read(`q${n}`, Number(n % 3 === 0), `p${n % clusters}`));
    const [few] = metricCells(rows(5), [unnamed], settings);
    const [many] = metricCells(rows(120), [unnamed], settings);
    expect(few.interval).toContain('5 clusters');
    expect(many.interval).toContain('cluster bootstrap');
    const all = metricCells(
      rows(5).map((row) => ({ ...row, item: 1 })),
      [unnamed],
      settings,
    )[0];
    // No patient of five differs: as many as the upper Clopper–Pearson limit of 0 of 5 might, 1 − 0.025^(1/5).
    expect(all.ci95?.[0]).toBeCloseTo(0.025 ** (1 / 5), 9);
    expect(all.ci95?.[1]).toBe(1);
  });

  it('of one patient has a score and no interval', () => {
    const [cell] = metricCells([read('q', 1, 'p'), read('r', 0, 'p')], [unnamed], settings);
    expect(cell).toMatchObject({ score: 0.5, ci95: null, interval: 'none: one cluster' });
  });
});

// Metrics over measured items to cells with intervals: whole clusters (patients, pairs, pictures) are resampled.
import type { MetricCell, Protocol, PublishedPair } from '../domain/report.ts';
import { type Clusters, clusterReach, clustersOf, type Reach, type ReachOptions } from './cluster-reach.ts';
import type { Summary } from './metric.ts';
import { resample } from './statistics/bootstrap.ts';
import { clusterTable } from './statistics/clusters.ts';
import { scoreInterval } from './statistics/interval.ts';

/** One read of an item, measured. */
export interface MeasuredItem<Item> {
  readonly questionId: string;
  /** What statistics cluster by. */
  readonly cluster: string;
  readonly outcome: 'scored' | 'unparsed' | 'refused' | 'failed' | 'unsupported';
  /** Statistics for the metrics; unsupported items have none and are in no denominator. */
  readonly item: Item | null;
}

export interface CellOptions {
  readonly protocol: Protocol;
  readonly seed: string;
  /** Bootstrap resamples. Default 1,000. */
  readonly resamples?: number;
}

/** One cell per metric. Means in 0…1 get the interval of scores; any other metric that of `clusterReach`. */
export function metricCells<Item>(
  rows: readonly MeasuredItem<Item>[],
  metrics: readonly Summary<Item>[],
  options: CellOptions,
): MetricCell[] {
  const clusters = clustersOf(rows);
  const items = clusters.items.flat();
  const count = (outcome: MeasuredItem<Item>['outcome']) =>
    rows.reduce((n, row) => n + (row.outcome === outcome ? 1 : 0), 0);
  const outcomes = {
    scored: count('scored'),
    unparsed: count('unparsed'),
    refused: count('refused'),
    failed: count('failed'),
    unsupported: count('unsupported'),
  };
  return metrics.map((metric) => {
    const { id, summary, better, unit, range, chance } = metric;
    const { ci95, interval, n, nPatients } = intervalOf(metric, clusters, options);
    return {
      protocol: options.protocol,
      metric: id,
      score: items.length === 0 ? null : metric.of(items),
      n,
      nPatients,
      ci95,
      interval,
      chance: items.length === 0 ? null : (chance?.of(items) ?? null),
      chanceBaseline: chance?.name ?? 'none',
      ...outcomes,
      better,
      ...(unit === undefined ? {} : { unit }),
      range: [ended(range[0]), ended(range[1])],
      about: summary,
    };
  });
}

/** JSON has no infinity. */
const ended = (value: number): number | null => (Number.isFinite(value) ? value : null);

function intervalOf<Item>(
  metric: Summary<Item>,
  clusters: Clusters<Item>,
  options: CellOptions,
): Reach & { n: number; nPatients: number } {
  const { each, range } = metric;
  const seed = `${options.seed}/${metric.id}`;
  const all = clusters.items.reduce((n, items) => n + items.length, 0);
  if (each !== undefined && range[0] === 0 && range[1] === 1) {
    const patient: number[] = [];
    const score: number[] = [];
    clusters.items.forEach((items, c) => {
      for (const item of items) {
        const value = each(item);
        if (value === null) continue;
        patient.push(c);
        score.push(value);
      }
    });
    const group = new Int32Array(score.length);
    const table = clusterTable(patient, group, score, clusters.names.length, 1);
    const drawn = resample(table, { seed, count: options.resamples ?? 1000 });
    const { ci95, interval, patients } = scoreInterval(table, drawn, { groups: [0], macro: false });
    return { ci95, interval, n: score.length, nPatients: patients };
  }
  const reach = clusterReach(clusters, (items) => metric.of(items), {
    seed,
    range,
    ...(options.resamples === undefined ? {} : { resamples: options.resamples }),
  });
  return { ...reach, n: all, nPatients: clusters.names.length };
}

/** One reader's reads beside another's. */
interface Sided<Item> {
  readonly first: boolean;
  readonly item: Item;
}

/**
 * Reads of both readers on the questions that both have, each said whose it is. A reader may have read a question
 * several times, and the two need not have read it equally often.
 */
export function sideBySide<Item>(
  a: readonly MeasuredItem<Item>[],
  b: readonly MeasuredItem<Item>[],
  holds: (item: Item) => boolean = () => true,
): MeasuredItem<Sided<Item>>[] {
  const known = (rows: readonly MeasuredItem<Item>[]) =>
    new Set(rows.flatMap(({ questionId, item }) => (item !== null && holds(item) ? [questionId] : [])));
  const [ofA, ofB] = [known(a), known(b)];
  const side = (rows: readonly MeasuredItem<Item>[], first: boolean) =>
    rows.flatMap(({ item, ...row }) =>
      item !== null && ofA.has(row.questionId) && ofB.has(row.questionId)
        ? [{ ...row, item: { first, item } }]
        : [],
    );
  return [...side(a, true), ...side(b, false)];
}

/** Sums and counts of a mean, both readers', so that a resample adds up clusters and never reads. */
type Sums = readonly [sumA: number, countA: number, sumB: number, countB: number];

function sumsOf<Item>(items: readonly Sided<Item>[], each: (item: Item) => number | null): Sums {
  const sums: [number, number, number, number] = [0, 0, 0, 0];
  for (const { first, item } of items) {
    const value = each(item);
    if (value === null) continue;
    const at = first ? 0 : 2;
    sums[at] += value;
    sums[at + 1]++;
  }
  return sums;
}

function meanDifference(sums: readonly Sums[]): number | null {
  let [sumA, countA, sumB, countB] = [0, 0, 0, 0];
  for (const one of sums) {
    sumA += one[0];
    countA += one[1];
    sumB += one[2];
    countB += one[3];
  }
  return countA === 0 || countB === 0 ? null : sumA / countA - sumB / countB;
}

/**
 * Two readers on one metric over the questions that both have, whole clusters resampled together. The verdict is a win
 * or a loss only when the 95 % interval of the difference leaves zero out. Where the metric is not defined for both,
 * `n` is 0 and there is no interval.
 */
export function metricPair<Item>(
  a: { reader: string; rows: readonly MeasuredItem<Item>[] },
  b: { reader: string; rows: readonly MeasuredItem<Item>[] },
  metric: Summary<Item>,
  options: CellOptions,
): PublishedPair {
  const { each, of, range } = metric;
  const rows = sideBySide(a.rows, b.rows, each === undefined ? undefined : (item) => each(item) !== null);
  const clusters = clustersOf(rows);
  const settings: ReachOptions = {
    seed: `${options.seed}/${metric.id}/${[a.reader, b.reader].sort().join(' ')}`,
    range: [range[0] - range[1], range[1] - range[0]],
    ...(options.resamples === undefined ? {} : { resamples: options.resamples }),
  };
  const compared = <Part>(
    parts: Clusters<Part>,
    difference: (items: readonly Part[]) => number | null,
  ): { found: number | null; ci95: [number, number] | null } => ({
    found: difference(parts.items.flat()),
    ci95: clusterReach(parts, difference, settings).ci95,
  });
  const { found, ci95 } =
    each === undefined
      ? compared(clusters, (items: readonly Sided<Item>[]) => {
          const value = (first: boolean) =>
            of(items.flatMap((one) => (one.first === first ? [one.item] : [])));
          const [left, right] = [value(true), value(false)];
          return left === null || right === null ? null : left - right;
        })
      : compared(
          { names: clusters.names, items: clusters.items.map((items) => [sumsOf(items, each)]) },
          meanDifference,
        );
  return {
    a: a.reader,
    b: b.reader,
    metric: metric.id,
    n: found === null ? 0 : new Set(rows.map(({ questionId }) => questionId)).size,
    nPatients: clusters.names.length,
    difference: found ?? 0,
    ci95,
    verdict: verdictOf(ci95, metric.better),
  };
}

/** A win or a loss only where the interval of a difference leaves zero out. */
export function verdictOf(
  ci95: readonly [number, number] | null,
  better: 'higher' | 'lower',
): PublishedPair['verdict'] {
  if (ci95 === null || (ci95[0] <= 0 && ci95[1] >= 0)) return 'tie';
  return ci95[0] > 0 === (better === 'higher') ? 'win' : 'loss';
}

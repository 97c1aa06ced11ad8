// Metrics over measured items to cells with intervals: whole clusters (patients, pairs, pictures) are resampled.
import { random } from '../domain/random.ts';
import type { MetricCell, Protocol, PublishedPair } from '../domain/report.ts';
import type { Summary } from './metric.ts';
import { quantile, resample } from './statistics/bootstrap.ts';
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

interface Clusters<Item> {
  readonly names: readonly string[];
  readonly items: readonly (readonly Item[])[];
}

function clustersOf<Item>(rows: readonly MeasuredItem<Item>[]): Clusters<Item> {
  const byName = new Map<string, Item[]>();
  for (const { cluster, item } of rows) {
    if (item === null) continue;
    const known = byName.get(cluster);
    if (known === undefined) byName.set(cluster, [item]);
    else known.push(item);
  }
  return { names: [...byName.keys()], items: [...byName.values()] };
}

/** One cell per metric. Means in 0…1 get the interval of scores; any other metric a percentile cluster bootstrap. */
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
    unparsed: count('unparsed'),
    refused: count('refused'),
    failed: count('failed'),
    unsupported: count('unsupported'),
  };
  return metrics.map((metric) => {
    const { id, summary, better, unit, range, chance } = metric;
    const { ci95, interval, n } = intervalOf(metric, clusters, options);
    return {
      protocol: options.protocol,
      metric: id,
      score: items.length === 0 ? null : metric.of(items),
      n,
      nPatients: clusters.names.length,
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
): { ci95: [number, number] | null; interval: string; n: number } {
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
    const found = scoreInterval(table, drawn, { groups: [0], macro: false });
    return { ci95: found.ci95, interval: found.interval, n: score.length };
  }
  if (clusters.names.length < 2) return { ci95: null, interval: 'none: one cluster', n: all };
  const count = options.resamples ?? 1000;
  const values = bootstrapValues(clusters, (items) => metric.of(items), seed, count);
  if (values.length < count / 2)
    return { ci95: null, interval: 'none: not defined in most resamples', n: all };
  return {
    ci95: [quantile(values, 0.025), quantile(values, 0.975)],
    interval: `cluster bootstrap (percentile, ${count})`,
    n: all,
  };
}

/** The metric in resamples of whole clusters, ascending; resamples in which it is not defined are left out. */
function bootstrapValues<Item>(
  { items }: Clusters<Item>,
  of: (items: readonly Item[]) => number | null,
  seed: string,
  count: number,
): Float64Array {
  const rng = random(seed, 'cluster-bootstrap');
  const values: number[] = [];
  for (let r = 0; r < count; r++) {
    const drawn: Item[] = [];
    for (let c = 0; c < items.length; c++) for (const item of items[rng.int(items.length)]) drawn.push(item);
    const value = of(drawn);
    if (value !== null && Number.isFinite(value)) values.push(value);
  }
  return Float64Array.from(values).sort();
}

/** 95 % percentile interval of any value over items, whole clusters resampled; null where it is mostly undefined. */
export function clusterInterval<Item>(
  rows: readonly MeasuredItem<Item>[],
  of: (items: readonly Item[]) => number | null,
  { seed, resamples = 1000 }: { readonly seed: string; readonly resamples?: number },
): [number, number] | null {
  const clusters = clustersOf(rows);
  if (clusters.names.length < 2) return null;
  const values = bootstrapValues(clusters, of, seed, resamples);
  return values.length < resamples / 2 ? null : [quantile(values, 0.025), quantile(values, 0.975)];
}

/**
 * Two readers on one metric over the items that both have, whole clusters resampled together. The verdict is a win or
 * a loss only when the 95 % interval of the difference leaves zero out.
 */
export function metricPair<Item>(
  a: { reader: string; rows: readonly MeasuredItem<Item>[] },
  b: { reader: string; rows: readonly MeasuredItem<Item>[] },
  metric: Summary<Item>,
  options: CellOptions,
): PublishedPair {
  const ofB = new Map(b.rows.map((row) => [row.questionId, row.item]));
  const both = a.rows.flatMap(({ questionId, cluster, outcome, item }) => {
    const other = ofB.get(questionId) ?? null;
    return item === null || other === null
      ? []
      : [{ questionId, cluster, outcome, item: [item, other] as const }];
  });
  const clusters = clustersOf(both);
  const difference = (items: readonly (readonly [Item, Item])[]): number | null => {
    const [left, right] = [metric.of(items.map((i) => i[0])), metric.of(items.map((i) => i[1]))];
    return left === null || right === null ? null : left - right;
  };
  const count = options.resamples ?? 1000;
  const seed = `${options.seed}/${metric.id}/${[a.reader, b.reader].sort().join(' ')}`;
  const values =
    clusters.names.length < 2 ? new Float64Array() : bootstrapValues(clusters, difference, seed, count);
  const ci95: [number, number] | null =
    values.length < count / 2 || values.length === 0
      ? null
      : [quantile(values, 0.025), quantile(values, 0.975)];
  const sign = metric.better === 'higher' ? 1 : -1;
  const verdict =
    ci95 === null || (ci95[0] <= 0 && ci95[1] >= 0) ? 'tie' : ci95[0] * sign > 0 ? 'win' : 'loss';
  return {
    a: a.reader,
    b: b.reader,
    metric: metric.id,
    n: both.length,
    nPatients: clusters.names.length,
    difference: difference(clusters.items.flat()) ?? 0,
    ci95,
    verdict,
  };
}

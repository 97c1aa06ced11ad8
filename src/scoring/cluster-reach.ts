// The 95 % interval of any value over items that come in clusters: bootstrap of whole clusters, or jackknife of few.
import { random } from '../domain/random.ts';
import type { MeasuredItem } from './metric-cells.ts';
import { quantile } from './statistics/bootstrap.ts';
import { studentQuantile } from './statistics/distributions.ts';
import { clopperPearson, FEW_PATIENTS } from './statistics/interval.ts';

/** Items of each cluster; `names` and `items` are parallel. */
export interface Clusters<Item> {
  readonly names: readonly string[];
  readonly items: readonly (readonly Item[])[];
}

/** Items by cluster, in order of appearance; rows without statistics are left out. */
export function clustersOf<Item>(rows: readonly MeasuredItem<Item>[]): Clusters<Item> {
  const byName = new Map<string, Item[]>();
  for (const { cluster, item } of rows) {
    if (item === null) continue;
    const known = byName.get(cluster);
    if (known === undefined) byName.set(cluster, [item]);
    else known.push(item);
  }
  return { names: [...byName.keys()], items: [...byName.values()] };
}

export interface Reach {
  readonly ci95: [number, number] | null;
  /** How it was made, or why there is none. */
  readonly interval: string;
}

export interface ReachOptions {
  readonly seed: string;
  readonly resamples?: number;
  /** Smallest and largest possible value. Default: without end. */
  readonly range?: readonly [number, number];
}

/**
 * 95 % interval of any value over items. From 30 clusters on: percentiles of a bootstrap of whole clusters. With
 * fewer, percentiles are too narrow (two clusters would make any difference significant): Student's t on the jackknife
 * over clusters. Where no cluster changes the value, ± the upper Clopper–Pearson limit of the share of clusters that
 * might, of the whole range.
 */
export function clusterReach<Item>(
  clusters: Clusters<Item>,
  of: (items: readonly Item[]) => number | null,
  { seed, resamples = 1000, range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] }: ReachOptions,
): Reach {
  const count = clusters.items.length;
  if (count < 2) return { ci95: null, interval: 'none: one cluster' };
  const value = of(clusters.items.flat());
  if (value === null) return { ci95: null, interval: 'none: not defined' };
  const within = (half: number): [number, number] => [
    Math.max(range[0], value - half),
    Math.min(range[1], value + half),
  ];
  const unseen = (): Reach => {
    const half = clopperPearson(0, count)[1] * (range[1] - range[0]);
    if (Number.isFinite(half))
      return { ci95: within(half), interval: `Clopper–Pearson on ${count} clusters that agree` };
    return count < FEW_PATIENTS
      ? { ci95: null, interval: 'none: few clusters, and all agree' }
      : { ci95: [value, value], interval: `all of ${count} clusters agree` };
  };
  const error = count < FEW_PATIENTS ? jackknifeError(clusters, of) : undefined;
  if (error !== undefined) {
    if (error === 0) return unseen();
    const half = studentQuantile(0.975, count - 1) * error;
    return { ci95: within(half), interval: `cluster jackknife (t, ${count} clusters)` };
  }
  const values = bootstrapValues(clusters, of, seed, resamples);
  if (values.length < resamples / 2) return { ci95: null, interval: 'none: not defined in most resamples' };
  if (isSame(values[0], values[values.length - 1])) return unseen();
  return {
    ci95: [quantile(values, 0.025), quantile(values, 0.975)],
    interval: `cluster bootstrap (percentile, ${resamples})`,
  };
}

/** Standard error from leaving out one cluster at a time; undefined where the value is not defined without one. */
function jackknifeError<Item>(
  { items }: Clusters<Item>,
  of: (items: readonly Item[]) => number | null,
): number | undefined {
  const values: number[] = [];
  for (const left of items.keys()) {
    const value = of(items.flatMap((own, at) => (at === left ? [] : own)));
    if (value === null || !Number.isFinite(value)) return undefined;
    values.push(value);
  }
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const error = Math.sqrt((squares * (values.length - 1)) / values.length);
  return isSame(mean, mean + error) ? 0 : error;
}

/** What rounding leaves of equal values is no difference. */
const isSame = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(a), Math.abs(b));

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

/** 95 % interval of any value over items, whole clusters resampled; null where it is mostly undefined. */
export function clusterInterval<Item>(
  rows: readonly MeasuredItem<Item>[],
  of: (items: readonly Item[]) => number | null,
  options: ReachOptions,
): [number, number] | null {
  return clusterReach(clustersOf(rows), of, options).ci95;
}

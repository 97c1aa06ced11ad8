// The gain of a prompt on the untouched test part: absolute and relative, whole clusters resampled for both prompts together.
import { clusterReach } from '../../scoring/cluster-reach.ts';
import type { MeasuredItem } from '../../scoring/metric-cells.ts';
import { resample } from '../../scoring/statistics/bootstrap.ts';
import { clusterTable } from '../../scoring/statistics/clusters.ts';
import { pairedDifference } from '../../scoring/statistics/paired.ts';
import type { Objective } from './objective.ts';

export interface Gain {
  /** Difference, more being better. */
  readonly absolute: number;
  readonly ci95: readonly [number, number] | null;
  /** The difference over the base's value; null where that is 0 or not defined. */
  readonly relative: number | null;
  readonly relativeCi95: readonly [number, number] | null;
  readonly items: number;
  readonly clusters: number;
  /** By the interval of the absolute gain. */
  readonly verdict: 'gain' | 'no gain shown' | 'loss';
}

type Rows = readonly MeasuredItem<unknown>[];
type Pair = readonly [MeasuredItem<unknown>, MeasuredItem<unknown>];

/** @param resamples default 2,000 */
export function gainOf(a: Rows, b: Rows, objective: Objective, seed: string, resamples = 2000): Gain {
  const other = new Map(b.map((row) => [row.questionId, row]));
  const pairs = a.flatMap((row): Pair[] => {
    const base = other.get(row.questionId);
    return row.item === null || base === undefined || base.item === null ? [] : [[row, base]];
  });
  const clusters = [...Map.groupBy(pairs, ([row]) => row.cluster).values()];
  const values = (some: readonly Pair[]) => {
    const after = objective.valueOver(some.map(([row]) => row));
    const before = objective.valueOver(some.map(([, row]) => row));
    return after === null || before === null ? null : { absolute: after - before, before };
  };
  const whole = values(pairs);
  const { range } = objective.metric;
  const reach = (of: (some: readonly Pair[]) => number | null, ends?: readonly [number, number]) =>
    clusterReach({ names: clusters.map(([[row]]) => row.cluster), items: clusters }, of, {
      seed: `${seed}/gain`,
      resamples,
      ...(ends === undefined ? {} : { range: ends }),
    }).ci95;
  const ci95 =
    intervalOfMeans(clusters, objective, seed, resamples) ??
    reach((some) => values(some)?.absolute ?? null, [range[0] - range[1], range[1] - range[0]]);
  return {
    absolute: whole?.absolute ?? 0,
    ci95,
    relative: relativeOf(whole),
    relativeCi95: reach((some) => relativeOf(values(some))),
    items: pairs.length,
    clusters: clusters.length,
    verdict:
      ci95 === null || (ci95[0] <= 0 && ci95[1] >= 0) ? 'no gain shown' : ci95[0] > 0 ? 'gain' : 'loss',
  };
}

function relativeOf(values: { readonly absolute: number; readonly before: number } | null): number | null {
  return values === null || values.before === 0 ? null : values.absolute / Math.abs(values.before);
}

/** Where the metric is a mean of items in 0…1, the better-behaved interval of paired scores. */
function intervalOfMeans(
  clusters: readonly (readonly Pair[])[],
  { metric, scoreOf }: Objective,
  seed: string,
  count: number,
): [number, number] | null {
  if (metric.each === undefined || metric.range[0] !== 0 || metric.range[1] !== 1) return null;
  const patient: number[] = [];
  const difference: number[] = [];
  clusters.forEach((pairs, at) => {
    for (const [row, base] of pairs) {
      const [after, before] = [scoreOf(row), scoreOf(base)];
      if (after === null || before === null) continue;
      patient.push(at);
      difference.push(after - before);
    }
  });
  const table = clusterTable(patient, new Int32Array(patient.length), difference, clusters.length, 1);
  const drawn = resample(table, { seed, count });
  return pairedDifference(table, drawn, { groups: [0], macro: false }, seed).ci95;
}

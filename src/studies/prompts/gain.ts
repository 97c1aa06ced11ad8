// The gain of a prompt on the untouched test part: absolute and relative, whole clusters resampled for both prompts together.
import { random } from '../../domain/random.ts';
import type { MeasuredItem } from '../../scoring/metric-cells.ts';
import { quantile, resample } from '../../scoring/statistics/bootstrap.ts';
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
  const absolute: number[] = [];
  const relative: number[] = [];
  const rng = random(seed, 'gain');
  for (let r = 0; r < resamples && clusters.length > 1; r++) {
    const drawn = values(clusters.flatMap(() => clusters[rng.int(clusters.length)]));
    if (drawn === null) continue;
    absolute.push(drawn.absolute);
    if (drawn.before !== 0) relative.push(drawn.absolute / Math.abs(drawn.before));
  }
  const ci95 = intervalOfMeans(clusters, objective, seed, resamples) ?? percentiles(absolute, resamples);
  return {
    absolute: whole?.absolute ?? 0,
    ci95,
    relative: whole === null || whole.before === 0 ? null : whole.absolute / Math.abs(whole.before),
    relativeCi95: percentiles(relative, resamples),
    items: pairs.length,
    clusters: clusters.length,
    verdict:
      ci95 === null || (ci95[0] <= 0 && ci95[1] >= 0) ? 'no gain shown' : ci95[0] > 0 ? 'gain' : 'loss',
  };
}

function percentiles(values: number[], resamples: number): [number, number] | null {
  // Where the value is missing in most resamples, those that have one are no fair sample.
  if (values.length === 0 || values.length < resamples / 2) return null;
  const sorted = values.sort((a, b) => a - b);
  return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
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

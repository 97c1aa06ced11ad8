// Relative robustness: the score under shift over the score without, with intervals and a comparison of methods.

import type { Protocol } from '../../domain/report.ts';
import { clusterInterval } from '../../scoring/cluster-reach.ts';
import type { Summary } from '../../scoring/metric.ts';
import type { MeasuredItem } from '../../scoring/metric-cells.ts';
import { metricCells, verdictOf } from '../../scoring/metric-cells.ts';

/** RR = 1 − (iid − ood) / iid = ood / iid; undefined (null) where the score without shift is 0. */
export function relativeRobustness(iid: number | null, ood: number | null): number | null {
  return iid === null || ood === null || iid === 0 ? null : ood / iid;
}

/** Mean and sample standard deviation; the latter null for one value. */
export function meanAndSd(values: readonly number[]): { mean: number | null; sd: number | null } {
  if (values.length === 0) return { mean: null, sd: null };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return { mean, sd: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}

export interface Scored {
  readonly score: number | null;
  readonly ci95: readonly [number, number] | null;
  readonly n: number;
  readonly clusters: number;
}

export interface MeasureSettings {
  readonly metric: Summary<unknown>;
  readonly protocol: Protocol;
  readonly seed: string;
  readonly resamples: number;
}

export function scoredOf(rows: readonly MeasuredItem<unknown>[], settings: MeasureSettings): Scored {
  const [cell] = metricCells(rows, [settings.metric], settings);
  return { score: cell.score, ci95: cell.ci95, n: cell.n, clusters: cell.nPatients };
}

/** Reads of one run, on either side of a shift. */
export interface Sides {
  readonly iid: readonly MeasuredItem<unknown>[];
  readonly ood: readonly MeasuredItem<unknown>[];
}

/** One item in every run of a method, and the side it stands on. */
interface Sided {
  readonly shifted: boolean;
  readonly runs: readonly unknown[];
}

/** Items that all runs of a method have. */
function sided(runs: readonly Sides[]): MeasuredItem<Sided>[] {
  const of = (side: 'iid' | 'ood'): MeasuredItem<Sided>[] => {
    const others = runs.slice(1).map((run) => new Map(run[side].map((row) => [row.questionId, row.item])));
    return runs[0][side].flatMap(({ item, ...row }) => {
      const all = [item, ...others.map((other) => other.get(row.questionId) ?? null)];
      return all.includes(null) ? [] : [{ ...row, item: { shifted: side === 'ood', runs: all } }];
    });
  };
  return [...of('iid'), ...of('ood')];
}

/** Mean of the runs' relative robustness over items; null where it is not defined for one of them. */
function ratioOf(items: readonly Sided[], metric: Summary<unknown>): number | null {
  const count = items[0]?.runs.length ?? 0;
  let sum = 0;
  for (let run = 0; run < count; run++) {
    const side = (shifted: boolean) =>
      items.filter((one) => one.shifted === shifted).map(({ runs }) => runs[run]);
    const ratio = relativeRobustness(metric.of(side(false)), metric.of(side(true)));
    if (ratio === null) return null;
    sum += ratio;
  }
  return count === 0 ? null : sum / count;
}

/**
 * RR of a method: the mean of its runs, with its interval: whole clusters are resampled over both sides and all runs
 * together, so the interval is about the items; how far runs differ is another matter (`meanAndSd`).
 */
export function robustnessOf(
  runs: readonly Sides[],
  { metric, seed, resamples }: MeasureSettings,
): { rr: number | null; ci95: [number, number] | null } {
  const rows = sided(runs);
  const items = rows.flatMap(({ item }) => (item === null ? [] : [item]));
  return {
    rr: ratioOf(items, metric),
    ci95: clusterInterval(rows, (drawn) => ratioOf(drawn, metric), { seed: `${seed}/rr`, resamples }),
  };
}

export interface RobustnessDifference {
  readonly a: string;
  readonly b: string;
  /** RR of a − RR of b. */
  readonly difference: number | null;
  readonly ci95: [number, number] | null;
  readonly verdict: 'win' | 'tie' | 'loss';
}

export interface MethodRuns {
  readonly name: string;
  readonly runs: readonly Sides[];
}

/** Two methods under one shift, each the mean of its runs, on the items that all runs of both have. */
export function robustnessPair(
  a: MethodRuns,
  b: MethodRuns,
  { metric, seed, resamples }: MeasureSettings,
): RobustnessDifference {
  const ofB = new Map(sided(b.runs).map((row) => [row.questionId, row.item]));
  const both = sided(a.runs).flatMap(({ item, ...row }) => {
    const other = ofB.get(row.questionId) ?? null;
    return item === null || other === null ? [] : [{ ...row, item: [item, other] as const }];
  });
  const difference = (items: readonly (readonly [Sided, Sided])[]): number | null => {
    const [left, right] = [0, 1].map((side) =>
      ratioOf(
        items.map((pair) => pair[side]),
        metric,
      ),
    );
    return left === null || right === null ? null : left - right;
  };
  const ci95 = clusterInterval(both, difference, {
    seed: `${seed}/${[a.name, b.name].sort().join(' ')}`,
    resamples,
  });
  return {
    a: a.name,
    b: b.name,
    difference: difference(both.map(({ item }) => item)),
    ci95,
    // Of an error, the smaller ratio is the more robust one.
    verdict: verdictOf(ci95, metric.better),
  };
}

/**
 * Kendall's τ-b of two rankings of the same methods, ties counted; null with fewer than two methods or when one
 * ranking ties all. 1 means that both order the methods alike. A method without a value in either is left out.
 */
export function kendallTau(
  first: readonly (number | null)[],
  second: readonly (number | null)[],
): number | null {
  const ranked = first.flatMap((value, at) => {
    const other = second[at];
    return value === null || other === null ? [] : [[value, other] as const];
  });
  const [a, b] = [ranked.map(([value]) => value), ranked.map(([, value]) => value)];
  let agree = 0;
  let tiedA = 0;
  let tiedB = 0;
  let pairs = 0;
  for (let i = 0; i < a.length; i++)
    for (let j = i + 1; j < a.length; j++) {
      const product = Math.sign(a[i] - a[j]) * Math.sign(b[i] - b[j]);
      agree += product;
      if (a[i] === a[j]) tiedA++;
      if (b[i] === b[j]) tiedB++;
      pairs++;
    }
  const scale = Math.sqrt((pairs - tiedA) * (pairs - tiedB));
  return scale === 0 ? null : agree / scale;
}

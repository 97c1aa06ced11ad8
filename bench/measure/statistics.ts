// Agreement between two lists of sizes: correlations and errors, with bootstrap intervals by patient.
import { random } from '../../src/domain/random.ts';

export interface Pair {
  readonly patient: string;
  readonly measured: number;
  readonly reported: number;
}

const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

export function pearson(a: readonly number[], b: readonly number[]): number {
  const ma = mean(a);
  const mb = mean(b);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let n = 0; n < a.length; n++) {
    ab += (a[n] - ma) * (b[n] - mb);
    aa += (a[n] - ma) ** 2;
    bb += (b[n] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Ranks from 1; equal values share their mean rank. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((_, n) => n).sort((p, q) => values[p] - values[q]);
  const out = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let n = from; n < to; n++) out[order[n]] = (from + 1 + to) / 2;
    from = to;
  }
  return out;
}

export const ESTIMATES: Readonly<Record<string, (pairs: readonly Pair[]) => number>> = {
  Pearson: (p) =>
    pearson(
      p.map((x) => x.measured),
      p.map((x) => x.reported),
    ),
  Spearman: (p) => pearson(ranks(p.map((x) => x.measured)), ranks(p.map((x) => x.reported))),
  'mean absolute error (cm)': (p) => mean(p.map((x) => Math.abs(x.measured - x.reported))),
  'bias, ours − reported (cm)': (p) => mean(p.map((x) => x.measured - x.reported)),
  'within 20 %': (p) => mean(p.map((x) => (Math.abs(x.measured - x.reported) <= 0.2 * x.reported ? 1 : 0))),
};

/** Each estimate with its 95 % percentile interval; patients are drawn with replacement. */
export function agreement(pairs: readonly Pair[], seed: string, draws = 5000) {
  const patients = [...new Set(pairs.map(({ patient }) => patient))];
  const byPatient = new Map(patients.map((id) => [id, pairs.filter(({ patient }) => patient === id)]));
  const stream = random(seed);
  const drawn: Record<string, number[]> = Object.fromEntries(
    Object.keys(ESTIMATES).map((name) => [name, []]),
  );
  for (let d = 0; d < draws; d++) {
    const sample = patients.flatMap(() => byPatient.get(stream.pick(patients)) ?? []);
    for (const [name, estimate] of Object.entries(ESTIMATES)) drawn[name].push(estimate(sample));
  }
  return Object.entries(ESTIMATES).map(([name, estimate]) => {
    const sorted = drawn[name].filter(Number.isFinite).sort((a, b) => a - b);
    const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
    return { name, value: estimate(pairs), ci95: [at(0.025), at(0.975)] as const };
  });
}

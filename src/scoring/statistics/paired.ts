// Two readers on the same questions: difference, interval, tests and what the sample could have shown.
import { bcaInterval, type Resamples, replicates } from './bootstrap.ts';
import { type ClusterTable, type Estimand, linearise } from './clusters.ts';
import { binomialCdf, studentQuantile } from './distributions.ts';
import { clopperPearson, FEW_PATIENTS } from './interval.ts';
import { signFlip } from './permutation.ts';

export interface PairedDifference {
  readonly questions: number;
  readonly patients: number;
  /** Mean difference over questions. */
  readonly difference: number;
  readonly ci95: [number, number] | null;
  /** Sign-flip p, clustered by patient. */
  readonly p: number;
  /** Smallest difference that a two-sided 5 % test would find with 80 % power; null with fewer than two patients. */
  readonly minimalDetectable: number | null;
}

/**
 * Paired comparison over a table of differences in −1…1. The interval is the BCa patient bootstrap from 30 patients
 * on, and Student's t on the cluster-robust error below; where no patient differs at all it is ± the upper
 * Clopper–Pearson limit of the share of patients who might.
 */
export function pairedDifference(
  table: ClusterTable,
  resamples: Resamples,
  estimand: Estimand,
  seed: string,
): PairedDifference {
  const at = linearise(table, estimand);
  if (at.reads === 0)
    return { questions: 0, patients: 0, difference: 0, ci95: null, p: 1, minimalDetectable: null };
  const wanted = new Set(estimand.groups);
  const sums = new Float64Array(table.patients);
  for (let patient = 0; patient < table.patients; patient++)
    for (let e = table.start[patient]; e < table.start[patient + 1]; e++)
      if (wanted.has(table.group[e])) sums[patient] += table.sum[e];
  const error = Math.sqrt(at.variance);
  const few = at.patients < 2;
  return {
    questions: at.reads,
    patients: at.patients,
    difference: at.value,
    ci95: few ? null : differenceInterval(resamples, estimand, at),
    p: signFlip(sums, { seed }).p,
    minimalDetectable:
      few || error === 0
        ? null
        : (studentQuantile(0.975, at.patients - 1) + studentQuantile(0.8, at.patients - 1)) * error,
  };
}

function differenceInterval(
  resamples: Resamples,
  estimand: Estimand,
  at: ReturnType<typeof linearise>,
): [number, number] {
  if (at.variance === 0) {
    const unseen = clopperPearson(0, at.patients)[1];
    return [Math.max(-1, at.value - unseen), Math.min(1, at.value + unseen)];
  }
  if (at.patients >= FEW_PATIENTS) {
    const interval = bcaInterval(replicates(resamples, estimand), at);
    if (interval !== undefined) return interval;
  }
  const reach = studentQuantile(0.975, at.patients - 1) * Math.sqrt(at.variance);
  return [Math.max(-1, at.value - reach), Math.min(1, at.value + reach)];
}

/** McNemar's exact two-sided p from the questions that only one reader got right; it ignores clustering. */
export function mcnemar(onlyA: number, onlyB: number): number {
  const n = onlyA + onlyB;
  return n === 0 ? 1 : Math.min(1, 2 * binomialCdf(Math.min(onlyA, onlyB), n, 0.5));
}

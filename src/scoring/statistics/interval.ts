// The 95 % interval of a score: patient bootstrap, or an exact one where that would mislead.
import { bcaInterval, type Resamples, replicates } from './bootstrap.ts';
import { type ClusterTable, type Estimand, linearise } from './clusters.ts';
import { betaQuantile, studentQuantile } from './distributions.ts';

/** Fewer patients than this get the exact interval: percentiles of so few clusters are too narrow. */
export const FEW_PATIENTS = 30;

/**
 * Clopper–Pearson interval for `successes` out of `n`; both may be fractional, as an effective sample size is.
 * Values in 0…1.
 */
export function clopperPearson(successes: number, n: number, level = 0.95): [number, number] {
  const half = (1 - level) / 2;
  const low = successes <= 0 ? 0 : betaQuantile(half, successes, n - successes + 1);
  const high = successes >= n ? 1 : betaQuantile(1 - half, successes + 1, n - successes);
  return [low, high];
}

export interface IntervalResult {
  readonly value: number | null;
  readonly reads: number;
  readonly patients: number;
  readonly ci95: [number, number] | null;
  /** How it was made. */
  readonly interval: string;
}

/**
 * Interval of a score in 0…1. With at least 30 patients: BCa patient bootstrap. With fewer: Clopper–Pearson on the
 * effective n of Korn and Graubard (1998), reads divided by the estimated design effect and adjusted for the few
 * degrees of freedom. At 0 or 100 % no design effect can be estimated and the effective n is the number of patients,
 * as if all reads of a patient said the same.
 */
export function scoreInterval(table: ClusterTable, resamples: Resamples, estimand: Estimand): IntervalResult {
  const at = linearise(table, estimand);
  const { value, reads, patients } = at;
  if (reads === 0) return { value: null, reads, patients, ci95: null, interval: 'none: no reads' };
  const extreme = value <= 1e-12 || value >= 1 - 1e-12;
  if (!extreme && patients >= FEW_PATIENTS) {
    const ci95 = bcaInterval(replicates(resamples, estimand), at);
    if (ci95 !== undefined)
      return { value, reads, patients, ci95, interval: `patient bootstrap (BCa, ${resamples.count})` };
  }
  const effective = extreme ? patients : effectiveReads(value, reads, patients, at.variance);
  return {
    value,
    reads,
    patients,
    ci95: clopperPearson(value * effective, effective),
    interval: `Clopper–Pearson on effective n ${effective.toFixed(1)}`,
  };
}

/** Korn–Graubard effective sample size: never more than the reads, never less than one. */
export function effectiveReads(value: number, reads: number, patients: number, variance: number): number {
  if (patients < 2) return 1;
  const independent = variance > 0 ? Math.min(reads, (value * (1 - value)) / variance) : reads;
  const t = (df: number) => studentQuantile(0.975, df);
  const few = reads > 1 ? (t(reads - 1) / t(patients - 1)) ** 2 : 1;
  return Math.max(1, independent * Math.min(1, few));
}

// Figures of merit of one reader with each patient left out: the mean score, and the area under the ROC curve.
import type { Jackknifed } from './mrmc.ts';

/** Scores in 0…1 with the patient that each belongs to (numbered from 0): the mean over all of them. */
export function jackknifeMean(
  scores: ArrayLike<number>,
  patient: ArrayLike<number>,
  patients: number,
): Jackknifed {
  const sums = new Float64Array(patients);
  const counts = new Float64Array(patients);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    sums[patient[i]] += scores[i];
    counts[patient[i]]++;
    sum += scores[i];
  }
  const n = scores.length;
  return { value: sum / n, without: sums.map((own, k) => (sum - own) / (n - counts[k])) };
}

/** How sure a reader is of "yes" (any scale), whether it is, and whose. */
export interface RatedTruth {
  readonly rating: number;
  readonly positive: boolean;
  readonly patient: number;
}

/**
 * Empirical area under the ROC curve: the share of pairs of a "yes" and a "no" that are ranked rightly, a tie counting
 * half. NaN where one of the two is missing, also without one patient.
 */
export function jackknifeAuc(items: readonly RatedTruth[], patients: number): Jackknifed {
  const yes = items.filter(({ positive }) => positive);
  const no = items.filter(({ positive }) => !positive);
  const above = counter(no.map(({ rating }) => rating));
  const below = counter(yes.map(({ rating }) => -rating));
  const rightOf = new Float64Array(patients);
  const [yesOf, noOf] = [new Float64Array(patients), new Float64Array(patients)];
  let right = 0;
  for (const { rating, patient } of yes) {
    const own = above(rating);
    right += own;
    rightOf[patient] += own;
    yesOf[patient]++;
  }
  for (const { rating, patient } of no) {
    rightOf[patient] += below(-rating);
    noOf[patient]++;
  }
  // Pairs within one patient were counted from both sides.
  const noByPatient = Map.groupBy(no, ({ patient }) => patient);
  for (const { rating, patient } of yes)
    for (const other of noByPatient.get(patient) ?? [])
      rightOf[patient] -= rating > other.rating ? 1 : rating === other.rating ? 0.5 : 0;
  return {
    value: right / (yes.length * no.length),
    without: rightOf.map((own, k) => (right - own) / ((yes.length - yesOf[k]) * (no.length - noOf[k]))),
  };
}

/** How many of some values lie below a given one, equal ones counting half. */
function counter(values: readonly number[]): (value: number) => number {
  const sorted = Float64Array.from(values).sort();
  const first = (wanted: number, orEqual: boolean): number => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sorted[middle] < wanted || (orEqual && sorted[middle] === wanted)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return (value) => (first(value, false) + first(value, true)) / 2;
}

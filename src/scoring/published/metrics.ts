// The released scorer's four metrics over (prediction, truth) pairs, and its sums over subtypes and stages.
import { SUBTYPES } from '../subtypes.ts';
import { extractBinary, extractLetter, extractNumber, normalizeText, stripThink } from './extract.ts';
import { round4, strip } from './python-text.ts';

export type Pair = readonly [prediction: string, truth: string];

export interface NumericScore {
  metric: 'MRA';
  mean_mra: number;
  tolerance_acc: Record<string, number>;
  n_total: number;
  n_scored: number;
}
export interface BinaryScore {
  metric: 'exact_match';
  accuracy: number;
  sensitivity: number;
  specificity: number;
  n_total: number;
}
export interface CategoricalScore {
  metric: 'exact_match';
  accuracy: number;
  partial_accuracy: number;
  n_total: number;
}
export interface ChoiceScore {
  metric: 'exact_match';
  accuracy: number;
  n_parsed: number;
  n_total: number;
}
export type PublishedScore = NumericScore | BinaryScore | CategoricalScore | ChoiceScore;

export const TOLERANCES = [0.05, 0.1, 0.2, 0.5] as const;

/** Relative accuracy max(0, 1 − |p − g| / |g|); with g = 0 it is 1 for p = 0 and 0 otherwise. Not a number scores 0. */
export function relativeAccuracy(prediction: number, truth: number): number {
  if (truth === 0) return prediction === 0 ? 1 : 0;
  const value = 1 - Math.abs(prediction - truth) / Math.abs(truth);
  return value > 0 ? value : 0;
}

/** |p − g| / |g|; with g = 0 it is 0 for p = 0 and infinite otherwise. */
export function relativeError(prediction: number, truth: number): number {
  if (truth === 0) return prediction === 0 ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(prediction - truth) / Math.abs(truth);
}

const share = (part: number, whole: number): number => round4(part / Math.max(whole, 1));

/** Pairs whose truth holds no number are not scored; a prediction without one scores 0. */
export function scoreNumeric(pairs: readonly Pair[]): NumericScore {
  let sum = 0;
  let scored = 0;
  const hits = TOLERANCES.map(() => 0);
  for (const [prediction, truth] of pairs) {
    const gold = extractNumber(truth);
    if (gold === undefined) continue;
    scored++;
    const value = extractNumber(stripThink(prediction));
    if (value === undefined) continue;
    sum += relativeAccuracy(value, gold);
    const error = relativeError(value, gold);
    TOLERANCES.forEach((tolerance, t) => {
      if (error <= tolerance) hits[t]++;
    });
  }
  const names = TOLERANCES.map((tolerance) => `tol_${Math.trunc(tolerance * 100)}%`);
  return {
    metric: 'MRA',
    mean_mra: share(sum, scored),
    tolerance_acc: Object.fromEntries(names.map((name, t) => [name, share(hits[t], scored)])),
    n_total: pairs.length,
    n_scored: scored,
  };
}

/** An empty prediction is wrong, yet counts as "no" for sensitivity and specificity. */
export function scoreBinary(pairs: readonly Pair[]): BinaryScore {
  let [tp, fp, tn, fn, correct] = [0, 0, 0, 0, 0];
  for (const [prediction, truth] of pairs) {
    const gold = extractBinary(truth);
    const said = extractBinary(stripThink(prediction));
    if (said !== '' && said === gold) correct++;
    if (gold === 'yes') said === 'yes' ? tp++ : fn++;
    else if (gold === 'no') said === 'yes' ? fp++ : tn++;
  }
  return {
    metric: 'exact_match',
    accuracy: share(correct, pairs.length),
    sensitivity: share(tp, tp + fn),
    specificity: share(tn, tn + fp),
    n_total: pairs.length,
  };
}

/** Exact match after normalisation; containment either way is partial. */
export function scoreCategorical(pairs: readonly Pair[]): CategoricalScore {
  let exact = 0;
  let partial = 0;
  for (const [prediction, truth] of pairs) {
    const gold = normalizeText(truth);
    const said = normalizeText(stripThink(prediction));
    if (gold === said) exact++;
    if (gold === said || (gold !== '' && said !== '' && (said.includes(gold) || gold.includes(said))))
      partial++;
  }
  return {
    metric: 'exact_match',
    accuracy: share(exact, pairs.length),
    partial_accuracy: share(partial, pairs.length),
    n_total: pairs.length,
  };
}

export function scoreChoice(pairs: readonly Pair[]): ChoiceScore {
  let correct = 0;
  let parsed = 0;
  for (const [prediction, truth] of pairs) {
    const letter = extractLetter(prediction);
    if (letter !== '') parsed++;
    if (letter === strip(truth).toUpperCase()) correct++;
  }
  return {
    metric: 'exact_match',
    accuracy: share(correct, pairs.length),
    n_parsed: parsed,
    n_total: pairs.length,
  };
}

const KINDS = new Map<string, 'numeric' | 'binary' | 'categorical'>(
  SUBTYPES.map((subtype) => [subtype.published, subtype.answerKind]),
);

/** One scored subtype with the number that goes into the averages. */
export function scoreSubtype(
  published: string,
  pairs: readonly Pair[],
  format: 'mc' | 'free',
): { score: PublishedScore; primary: number } {
  if (format === 'mc') {
    const score = scoreChoice(pairs);
    return { score, primary: score.accuracy };
  }
  const kind = KINDS.get(published) ?? 'categorical';
  if (kind === 'numeric') {
    const score = scoreNumeric(pairs);
    return { score, primary: score.mean_mra };
  }
  const score = kind === 'binary' ? scoreBinary(pairs) : scoreCategorical(pairs);
  return { score, primary: score.accuracy };
}

/** Question-weighted mean of already rounded subtype scores, rounded again: the published average. */
export function weightedMean(cells: readonly { primary: number; n: number }[]): number {
  let weighted = 0;
  let total = 0;
  for (const { primary, n } of cells) {
    weighted += primary * n;
    total += n;
  }
  return round4(weighted / Math.max(total, 1));
}

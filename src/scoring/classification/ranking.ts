// Scores against a yes or no: how well they rank, ties counted fairly.

/** One item: how sure the reader is of "yes" (any scale), and whether it is. */
export interface ScoredTruth {
  readonly score: number;
  readonly positive: boolean;
}

interface Step {
  positives: number;
  negatives: number;
}

/** Items of equal score together, from the highest score down. */
function steps(items: readonly ScoredTruth[]): Step[] {
  const sorted = [...items].sort((a, b) => b.score - a.score);
  const found: Step[] = [];
  let score: number | undefined;
  for (const item of sorted) {
    if (item.score !== score) found.push({ positives: 0, negatives: 0 });
    score = item.score;
    if (item.positive) found[found.length - 1].positives++;
    else found[found.length - 1].negatives++;
  }
  return found;
}

/** Probability that a positive scores above a negative, ties counted half; null when either kind is missing. */
export function auroc(items: readonly ScoredTruth[]): number | null {
  let above = 0;
  let positives = 0;
  let negatives = 0;
  for (const step of steps(items)) {
    above += step.negatives * (positives + step.positives / 2);
    positives += step.positives;
    negatives += step.negatives;
  }
  return positives === 0 || negatives === 0 ? null : above / (positives * negatives);
}

/** Sum of precision × gain in recall over distinct scores, without interpolation; null without positives. */
export function auprc(items: readonly ScoredTruth[]): number | null {
  let sum = 0;
  let positives = 0;
  let all = 0;
  for (const step of steps(items)) {
    positives += step.positives;
    all += step.positives + step.negatives;
    sum += step.positives * (positives / all);
  }
  return positives === 0 ? null : sum / positives;
}

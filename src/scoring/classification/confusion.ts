// Labels against labels: counts by class, and the averages over classes that do not let a large class hide a small one.

/** One item: the true label and what was answered; null when no label could be read from the reply. */
export interface LabelPair {
  readonly prediction: string | null;
  readonly reference: string;
}

interface ClassCounts {
  right: number;
  predicted: number;
  actual: number;
}

/** Counts per label that occurs as truth or answer. An unread reply is a miss of its true label and nobody's answer. */
export function classCounts(items: readonly LabelPair[]): Map<string, ClassCounts> {
  const counts = new Map<string, ClassCounts>();
  const of = (label: string): ClassCounts => {
    const known = counts.get(label);
    if (known !== undefined) return known;
    const fresh = { right: 0, predicted: 0, actual: 0 };
    counts.set(label, fresh);
    return fresh;
  };
  for (const { prediction, reference } of items) {
    of(reference).actual++;
    if (prediction === null) continue;
    of(prediction).predicted++;
    if (prediction === reference) of(reference).right++;
  }
  return counts;
}

/** Mean F1 over labels that occur as truth or answer; null without items. */
export function macroF1(items: readonly LabelPair[]): number | null {
  const counts = [...classCounts(items).values()];
  if (counts.length === 0) return null;
  const sum = counts.reduce(
    (total, { right, predicted, actual }) => total + (2 * right) / (predicted + actual),
    0,
  );
  return sum / counts.length;
}

/** Mean recall over labels that occur as truth; null without items. */
export function balancedAccuracy(items: readonly LabelPair[]): number | null {
  const counts = [...classCounts(items).values()].filter(({ actual }) => actual > 0);
  if (counts.length === 0) return null;
  return counts.reduce((total, { right, actual }) => total + right / actual, 0) / counts.length;
}

// Naive Bayes over categories, and cross-validation that keeps a group's rows together: the reference for tables.
import { random } from '../../domain/random.ts';
import type { LabelPair } from './confusion.ts';

/** One row: categories in a fixed order, its label, and what it must not be parted from (a picture, a patient). */
export interface TableRow {
  readonly features: readonly string[];
  readonly label: string;
  readonly group: string;
}

export interface NaiveBayesOptions {
  /** Added to every count (Laplace). Default 1. */
  readonly smoothing?: number;
  /** "flat" takes every label for equally likely beforehand. Default "observed". */
  readonly prior?: 'observed' | 'flat';
}

/** Learns from rows and returns the label of others; ties go to the label that comes first in the alphabet. */
export function naiveBayes(
  rows: readonly TableRow[],
  { smoothing = 1, prior = 'observed' }: NaiveBayesOptions = {},
): (features: readonly string[]) => string | null {
  const labels = [...new Set(rows.map(({ label }) => label))].sort();
  const perLabel = new Map<string, number>();
  const seen: Map<string, Map<string, number>>[] = (rows[0]?.features ?? []).map(() => new Map());
  for (const { features, label } of rows) {
    perLabel.set(label, (perLabel.get(label) ?? 0) + 1);
    for (const [at, value] of features.entries()) {
      const counts = seen[at].get(value) ?? new Map<string, number>();
      counts.set(label, (counts.get(label) ?? 0) + 1);
      seen[at].set(value, counts);
    }
  }
  return (features) => {
    let best: string | null = null;
    let most = Number.NEGATIVE_INFINITY;
    for (const label of labels) {
      const n = perLabel.get(label) ?? 0;
      let log = prior === 'flat' ? 0 : Math.log(n / rows.length);
      for (const [at, value] of features.entries()) {
        const counts = seen[at];
        // A category that no training row has says nothing of any label.
        if (!counts.has(value)) continue;
        log += Math.log(((counts.get(value)?.get(label) ?? 0) + smoothing) / (n + smoothing * counts.size));
      }
      if (log > most) [best, most] = [label, log];
    }
    return best;
  };
}

/** Fold (0…folds−1) of every group: groups in a seeded order, dealt out in turn. */
export function groupedFolds(
  groups: readonly string[],
  { folds, seed }: { readonly folds: number; readonly seed: string },
): Map<string, number> {
  const order = random(seed, 'folds').shuffle([...new Set(groups)].sort());
  return new Map(order.map((group, at) => [group, at % folds]));
}

/** Each row's label as learnt from the folds that its group is not in, in the order of the rows. */
export function crossValidated(
  rows: readonly TableRow[],
  {
    folds = 5,
    seed,
    learn = naiveBayes,
  }: {
    readonly folds?: number;
    readonly seed: string;
    readonly learn?: (train: readonly TableRow[]) => (features: readonly string[]) => string | null;
  },
): LabelPair[] {
  const foldOf = groupedFolds(
    rows.map(({ group }) => group),
    { folds, seed },
  );
  const models = Array.from({ length: folds }, (_, fold) =>
    learn(rows.filter(({ group }) => foldOf.get(group) !== fold)),
  );
  return rows.map(({ features, label, group }) => ({
    prediction: models[foldOf.get(group) ?? 0](features),
    reference: label,
  }));
}

/** The most frequent label of the training rows, whatever the features; ties go to the first in the alphabet. */
export function majority(rows: readonly TableRow[]): () => string | null {
  const counts = new Map<string, number>();
  for (const { label } of rows) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [first] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return () => first?.[0] ?? null;
}

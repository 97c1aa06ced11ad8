// A light classifier that an expert's corrections train, and which rows to ask the expert about next.
import { type Random, random } from '../../../domain/random.ts';

export interface Labelled {
  readonly rows: readonly (readonly number[])[];
  /** 0 or 1, beside `rows`. */
  readonly labels: readonly number[];
}

/** Probability of class 1. */
export type Classifier = (row: readonly number[]) => number;

export interface LogisticOptions {
  /** Weight of the squared coefficients, over standardised features. Default 0.1. */
  readonly ridge?: number;
  /** Newton steps. Default 12. */
  readonly steps?: number;
}

/**
 * Logistic regression by Newton's method on standardised features. Labels of one class only give that class's share,
 * and no rows a half.
 */
export function logistic(
  { rows, labels }: Labelled,
  { ridge = 0.1, steps = 12 }: LogisticOptions = {},
): Classifier {
  const share = labels.reduce((sum, label) => sum + label, 0) / Math.max(1, labels.length);
  if (rows.length === 0) return () => 0.5;
  if (share === 0 || share === 1) return () => share;
  const width = rows[0].length;
  const mean = new Float64Array(width);
  const spread = new Float64Array(width);
  for (let c = 0; c < width; c++) {
    mean[c] = rows.reduce((sum, row) => sum + row[c], 0) / rows.length;
    spread[c] = Math.sqrt(rows.reduce((sum, row) => sum + (row[c] - mean[c]) ** 2, 0) / rows.length) || 1;
  }
  const size = width + 1;
  const design = rows.map((row) => [1, ...row.map((value, c) => (value - mean[c]) / spread[c])]);
  const weights = new Float64Array(size);
  const dot = (x: readonly number[]) => x.reduce((sum, value, c) => sum + value * weights[c], 0);
  for (let step = 0; step < steps; step++) {
    const gradient = new Float64Array(size);
    const curve = Array.from({ length: size }, () => new Float64Array(size));
    design.forEach((x, at) => {
      const p = sigmoid(dot(x));
      const bend = Math.max(1e-6, p * (1 - p));
      for (let a = 0; a < size; a++) {
        gradient[a] += (labels[at] - p) * x[a];
        for (let b = 0; b <= a; b++) curve[a][b] += bend * x[a] * x[b];
      }
    });
    for (let a = 0; a < size; a++) {
      // The intercept is not held back.
      if (a > 0) {
        gradient[a] -= ridge * weights[a];
        curve[a][a] += ridge;
      }
      for (let b = a + 1; b < size; b++) curve[a][b] = curve[b][a];
    }
    const change = solved(curve, gradient);
    for (let a = 0; a < size; a++) weights[a] += Math.max(-4, Math.min(4, change[a]));
  }
  return (row) => sigmoid(dot([1, ...row.map((value, c) => (value - mean[c]) / spread[c])]));
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-Math.max(-35, Math.min(35, z))));

/** Gaussian elimination with pivots; a singular direction is left alone. */
function solved(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const n = right.length;
  const rows = matrix.map((row, at) => Float64Array.from([...row, right[at]]));
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let at = column + 1; at < n; at++)
      if (Math.abs(rows[at][column]) > Math.abs(rows[pivot][column])) pivot = at;
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    const head = rows[column][column];
    if (Math.abs(head) < 1e-12) continue;
    for (let at = 0; at < n; at++) {
      if (at === column) continue;
      const factor = rows[at][column] / head;
      if (factor !== 0) for (let c = column; c <= n; c++) rows[at][c] -= factor * rows[column][c];
    }
  }
  return Float64Array.from(rows, (row, at) => (Math.abs(row[at]) < 1e-12 ? 0 : row[n] / row[at]));
}

/** Indices of rows, those nearest to a half first; ties in the order of the rows. */
export function mostUncertain(rows: readonly (readonly number[])[], classify: Classifier): number[] {
  return rows
    .map((row, at) => ({ at, distance: Math.abs(classify(row) - 0.5) }))
    .sort((a, b) => a.distance - b.distance || a.at - b.at)
    .map(({ at }) => at);
}

export interface LearningOptions {
  /** Whom the expert is asked about: rows that the classifier doubts, or any. */
  readonly ask: 'uncertain' | 'random';
  readonly seed: string;
  /** Rows labelled before the first classifier, drawn at random. Default 10. */
  readonly first?: number;
  /** Rows of each further round. Default 5. */
  readonly batch?: number;
  /** Rows in all. */
  readonly budget: number;
}

export interface LearningPoint {
  readonly labels: number;
  readonly classify: Classifier;
}

/** Trains after every round of corrections; `expert` says a row's label. The same seed asks the same rows. */
export function* learnActively(
  rows: readonly (readonly number[])[],
  expert: (at: number) => number,
  { ask, seed, first = 10, batch = 5, budget }: LearningOptions,
): Generator<LearningPoint> {
  const rng: Random = random(seed, 'labels');
  const order = rng.shuffle(rows.map((_, at) => at));
  const known: number[] = order.splice(0, Math.min(first, budget));
  let left = order;
  for (;;) {
    const classify = logistic({ rows: known.map((at) => rows[at]), labels: known.map(expert) });
    yield { labels: known.length, classify };
    const count = Math.min(batch, budget - known.length, left.length);
    if (count <= 0) return;
    const ranked =
      ask === 'random'
        ? left
        : mostUncertain(
            left.map((at) => rows[at]),
            classify,
          ).map((place) => left[place]);
    const asked = ranked.slice(0, count);
    known.push(...asked);
    const gone = new Set(asked);
    left = left.filter((at) => !gone.has(at));
  }
}

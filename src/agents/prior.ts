// Priors: what the training split's keys say about each question type, for the baselines that may know it.
import type { Key, Question } from '../domain/question.ts';

export interface TypePrior {
  /** Answers of the training split, in file order; a random one is a draw from their distribution. */
  readonly answers: readonly string[];
  /** The most frequent answer; the first seen wins a tie. */
  readonly mostFrequent: string;
  /** The most frequent letter; the earlier letter wins a tie. */
  readonly letter: string;
  /** Median of the numeric values; undefined for types without any. */
  readonly median: number | undefined;
}

/** By question type. Types without a training question are missing. */
export type TrainPrior = ReadonlyMap<string, TypePrior>;

/**
 * Reads the prior off the training split. Only the composition root holds keys: readers get the result, which says
 * nothing about any question they are asked.
 */
export function trainPrior(
  questions: Iterable<Pick<Question, 'id' | 'type' | 'split'>>,
  keyOf: (questionId: string) => Key | undefined,
): TrainPrior {
  const byType = new Map<string, Key[]>();
  for (const question of questions) {
    if (question.split !== 'train') continue;
    const key = keyOf(question.id);
    if (key === undefined) continue;
    const list = byType.get(question.type) ?? [];
    list.push(key);
    byType.set(question.type, list);
  }
  return new Map([...byType].map(([type, keys]) => [type, priorOf(keys)]));
}

function priorOf(keys: readonly Key[]): TypePrior {
  const values = keys.flatMap((key) => (key.value === undefined ? [] : [key.value])).sort((a, b) => a - b);
  const middle = values.length >> 1;
  const median =
    values.length === 0
      ? undefined
      : values.length % 2 === 1
        ? values[middle]
        : (values[middle - 1] + values[middle]) / 2;
  return {
    answers: keys.map((key) => key.answer),
    mostFrequent: mostFrequent(keys.map((key) => key.answer)),
    letter: mostFrequent(keys.map((key) => key.letter).sort()),
    median,
  };
}

function mostFrequent(items: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  let best = '';
  for (const [item, count] of counts) if (count > (counts.get(best) ?? 0)) best = item;
  return best;
}

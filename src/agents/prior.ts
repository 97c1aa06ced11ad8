// Priors: what the training split's keys say about each question type, for the baselines that may know it.
import type { Key, Question } from '../domain/question.ts';
import { type LeftOut, leaveOut, type SampleItem } from '../scoring/statistics/left-out.ts';

export interface TypePrior {
  /** Number of training answers. */
  readonly size: number;
  /** The n-th training answer in file order, n from 0 below `size`; one of a random n is a draw from all. */
  answer(n: number): string;
  /** The most frequent answer; the one that sorts first wins a tie. */
  readonly mostFrequent: string;
  /** The most frequent letter; the earlier letter wins a tie. */
  readonly letter: string;
  /** Median of the numeric values; undefined for types without any. */
  readonly median: number | undefined;
}

export interface TrainPrior {
  /**
   * What the training questions of a type say, those of `patientId` left out: a training patient may be asked too, and
   * would otherwise be answered from its own keys. Undefined when no question is left.
   */
  of(type: string, patientId: string): TypePrior | undefined;
}

/**
 * Reads the prior off the training split. Only the composition root holds keys: readers get the result, which says
 * nothing about any question they are asked.
 */
export function trainPrior(
  questions: Iterable<Pick<Question, 'id' | 'type' | 'split' | 'patientId'>>,
  keyOf: (questionId: string) => Key | undefined,
): TrainPrior {
  const samples = new Map<string, { answers: SampleItem[]; letters: SampleItem[] }>();
  for (const { id, type, split, patientId } of questions) {
    if (split !== 'train') continue;
    const key = keyOf(id);
    if (key === undefined) continue;
    const { answer, letter, value } = key;
    const sample = samples.get(type) ?? { answers: [], letters: [] };
    sample.answers.push({ patientId, label: answer, ...(value === undefined ? {} : { value }) });
    sample.letters.push({ patientId, label: letter });
    samples.set(type, sample);
  }
  const byType = new Map(
    [...samples].map(([type, { answers, letters }]) => [
      type,
      { answers: leaveOut(answers), letters: leaveOut(letters) },
    ]),
  );
  return {
    of(type, patientId) {
      const known = byType.get(type);
      return known === undefined ? undefined : priorOf(known.answers(patientId), known.letters(patientId));
    },
  };
}

function priorOf(answers: LeftOut, letters: LeftOut): TypePrior | undefined {
  const mostFrequent = answers.mode();
  const letter = letters.mode();
  if (mostFrequent === undefined || letter === undefined) return undefined;
  return { size: answers.size, answer: answers.label, mostFrequent, letter, median: answers.median() };
}

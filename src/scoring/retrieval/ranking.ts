// How well a search ranks what is relevant: recall, reciprocal rank and discounted gain of its first k results.
import { OverreadError } from '../../domain/errors.ts';

/** Of one query: what was returned, the best first and each once, and how relevant each thing is (absent: not at all). */
export interface RankedAnswer {
  readonly returned: readonly string[];
  /** Grades above 0; 1 for each where relevance is yes or no. */
  readonly relevant: ReadonlyMap<string, number>;
}

function first({ returned }: RankedAnswer, k: number): readonly string[] {
  if (!Number.isInteger(k) || k < 1) throw new OverreadError('bad-argument', 'k is a whole number from 1.');
  return returned.slice(0, k);
}

/** Share of the relevant that is among the first k; null where nothing is relevant. */
export function recallAt(answer: RankedAnswer, k: number): number | null {
  const found = first(answer, k).filter((id) => answer.relevant.has(id)).length;
  return answer.relevant.size === 0 ? null : found / answer.relevant.size;
}

/** 1 over the rank of the first relevant result, 0 where none is among the first k; null where nothing is relevant. */
export function reciprocalRankAt(answer: RankedAnswer, k: number): number | null {
  if (answer.relevant.size === 0) return null;
  const at = first(answer, k).findIndex((id) => answer.relevant.has(id));
  return at < 0 ? 0 : 1 / (at + 1);
}

/** Sum of grade / log2(rank + 1) (Järvelin and Kekäläinen, 2002, with the discount that is usual today). */
function discounted(grades: readonly number[]): number {
  return grades.reduce((sum, grade, at) => sum + grade / Math.log2(at + 2), 0);
}

/** Discounted gain of the first k over that of the best possible order; null where nothing is relevant. */
export function ndcgAt(answer: RankedAnswer, k: number): number | null {
  const grades = first(answer, k).map((id) => answer.relevant.get(id) ?? 0);
  const ideal = discounted([...answer.relevant.values()].sort((a, b) => b - a).slice(0, k));
  return ideal === 0 ? null : discounted(grades) / ideal;
}

/** Mean over queries that have something relevant; null where none has. */
export function meanAt(
  of: (answer: RankedAnswer, k: number) => number | null,
  answers: readonly RankedAnswer[],
  k: number,
): number | null {
  const values = answers.map((answer) => of(answer, k)).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

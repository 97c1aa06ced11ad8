// Majority vote over the answers that different views led to.
import type { Answer } from '../../domain/read.ts';

export interface Ballot<T> {
  readonly voter: T;
  /** Absent: the reply could not be read, and does not vote. */
  readonly answer?: Answer;
}

export interface Vote<T> {
  /** Whose reply is given as the answer: the first, in the order of ballots, of those who won. */
  readonly winner: T;
  /** Voters by what they said, the most first. */
  readonly counts: readonly { readonly answer: string; readonly voters: readonly T[] }[];
  /** Several answers had as many votes, and the order of ballots decided. */
  readonly tied: boolean;
}

/** What makes two answers the same: letter; number and unit; text without case, spaces and end marks. */
export function answerText(answer: Answer): string {
  if (answer.kind === 'choice') return answer.letter;
  if (answer.kind === 'number') return `${answer.value}${answer.unit === undefined ? '' : ` ${answer.unit}`}`;
  return answer.text
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/[.!\s]+$/, '')
    .trim();
}

/**
 * The answer with the most ballots. Of equals the one whose first ballot stands earliest: ballots are given in the order
 * of precedence. Undefined when nobody votes.
 */
export function majority<T>(ballots: readonly Ballot<T>[]): Vote<T> | undefined {
  const byAnswer = new Map<string, T[]>();
  for (const { voter, answer } of ballots) {
    if (answer === undefined) continue;
    const said = answerText(answer);
    byAnswer.set(said, [...(byAnswer.get(said) ?? []), voter]);
  }
  // Sorting is stable, and the map keeps the order of first ballots.
  const counts = [...byAnswer]
    .map(([answer, voters]) => ({ answer, voters }))
    .sort((a, b) => b.voters.length - a.voters.length);
  const [first, second] = counts;
  if (first === undefined) return undefined;
  return { winner: first.voters[0], counts, tied: first.voters.length === second?.voters.length };
}

// The Pareto front over items: a candidate stays when it is best somewhere and nobody is as good everywhere.
import { describe, expect, it } from 'vitest';
import type { Trial } from '../ledger.ts';
import type { Candidate } from '../search.ts';
import { paretoFront } from './gepa.ts';

const candidate = (instruction: string, scores: readonly (number | null)[]): Candidate => ({
  prompt: { instruction, demos: [] },
  trials: scores.map((score) => ({ score }) as Trial),
  value: 0,
});
const front = (...candidates: readonly Candidate[]) =>
  paretoFront(candidates).map(({ candidate: { prompt }, wins }) => [prompt.instruction, wins]);

describe('the Pareto front over items', () => {
  it('keeps specialists and drops who is dominated', () => {
    expect(
      front(
        candidate('base', [0, 0, 1, 0]),
        candidate('left', [1, 1, 1, 0]),
        candidate('right', [0, 0, 1, 1]),
        candidate('nowhere best', [0, 0, 0, 0]),
      ),
    ).toEqual([
      ['left', 3],
      ['right', 2],
    ]);
  });

  it('keeps equals, and a single candidate', () => {
    expect(front(candidate('a', [1, 0]), candidate('b', [1, 0]))).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
    expect(front(candidate('a', [0, null]))).toEqual([['a', 2]]);
  });
});

// Preference pairs: two scored conversations on one question, the better one chosen.
import { random } from '../../domain/random.ts';
import type { Trace, TracePair } from './trace.ts';

export interface PairOptions {
  /** Least difference of scores. Default 0.5. */
  readonly margin?: number;
  /** Pairs of one question at most. Default 1. */
  readonly perQuestion?: number;
  /** Draws which pairs are kept. */
  readonly seed: string;
}

/** Pairs among the traces of one question; those with the largest difference first, equal ones drawn by the seed. */
export function preferencePairs(traces: readonly Trace[], options: PairOptions): TracePair[] {
  const { margin = 0.5, perQuestion = 1, seed } = options;
  const scored = traces.filter((trace) => trace.score !== undefined);
  const pairs = scored.flatMap((chosen) =>
    scored.flatMap((rejected) => {
      const difference = (chosen.score ?? 0) - (rejected.score ?? 0);
      return difference >= margin && difference > 0 ? [{ chosen, rejected, difference }] : [];
    }),
  );
  return random(seed, 'preference-pairs', traces[0]?.questionId ?? '')
    .shuffle(pairs)
    .toSorted((a, b) => b.difference - a.difference)
    .slice(0, perQuestion)
    .map(({ chosen, rejected }, at) => ({ id: `${chosen.questionId}/${at}`, chosen, rejected }));
}

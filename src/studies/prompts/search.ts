// A search: one optimiser, one ledger, and the pool of prompts that it validated, of which the best is kept.
import { OverreadError } from '../../domain/errors.ts';
import type { Random } from '../../domain/random.ts';
import { type Ledger, OutOfCalls, type Trial } from './ledger.ts';
import type { Objective, StudyItem } from './objective.ts';
import { type Prompt, promptKey } from './prompt.ts';

/** A prompt read on the whole validation part. */
export interface Candidate {
  readonly prompt: Prompt;
  readonly trials: readonly Trial[];
  /** The metric on the validation part, more being better. */
  readonly value: number;
}

/** What an optimiser works with. There is no test item in it. */
export interface SearchTask {
  readonly base: Prompt;
  readonly train: readonly StudyItem[];
  readonly validation: readonly StudyItem[];
  /** Solved examples at most. */
  readonly maxDemos: number;
  readonly objective: Objective;
  readonly ledger: Ledger;
  readonly rng: Random;
  /** Reads a prompt on the whole validation part and enters it into the pool. Throws `OutOfCalls`. */
  validate(prompt: Prompt): Promise<Candidate>;
  /** Every validated prompt so far, in order; the base prompt is the first. */
  pool(): readonly Candidate[];
}

export interface Optimiser {
  /** Kebab-case, as --optimiser takes it. */
  readonly id: string;
  readonly summary: string;
  /** Searches until it is done or `OutOfCalls` ends it. The answer is the best of the pool. */
  search(task: SearchTask): Promise<void>;
}

export interface Found {
  readonly best: Candidate;
  readonly base: Candidate;
  readonly tried: number;
}

/**
 * Lets an optimiser search. The base prompt is validated first; a later one takes its place only by being better, so a
 * search that finds nothing keeps the base. Throws `provider-failed` when no item could be read at all.
 */
export async function search(
  optimiser: Optimiser,
  task: Omit<SearchTask, 'validate' | 'pool'>,
): Promise<Found> {
  const pool = new Map<string, Candidate>();
  const validate = async (prompt: Prompt): Promise<Candidate> => {
    const key = promptKey(prompt);
    const known = pool.get(key);
    if (known !== undefined) return known;
    const trials = await task.ledger.read(prompt, task.validation);
    const value = task.objective.valueOver(trials.map(({ asked }) => asked)) ?? Number.NEGATIVE_INFINITY;
    const candidate = { prompt, trials, value };
    pool.set(key, candidate);
    return candidate;
  };
  const base = await validate(task.base);
  const [first, ...rest] = base.trials.map(({ asked }) => asked);
  if (first !== undefined && [first, ...rest].every(({ status }) => status === 'failed'))
    throw new OverreadError(
      'provider-failed',
      `No validation item could be read, so there is nothing to improve: ${first.reason ?? 'the reader failed.'}`,
    );
  try {
    await optimiser.search({ ...task, validate, pool: () => [...pool.values()] });
  } catch (error) {
    if (!(error instanceof OutOfCalls)) throw error;
  }
  let best = base;
  for (const candidate of pool.values()) if (candidate.value > best.value) best = candidate;
  return { best, base, tried: pool.size };
}

/** Mean score of trials; those that the metric leaves out do not count. */
export function meanScore(trials: readonly Trial[]): number {
  const scores = trials.flatMap(({ score }) => (score === null ? [] : [score]));
  return scores.length === 0 ? 0 : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

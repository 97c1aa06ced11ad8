// The two rewards that CARE trains with, as plain functions: of an entity proposal, and of an answer.

import { bestMatching } from '../../scoring/detection/assignment.ts';
import { entityKey, MOST_ENTITIES } from './entities.ts';
import { likenessOf, type TextVectors } from './matching.ts';

export interface EntityReward {
  /** Mean cosine of the best one-to-one matching. */
  readonly likeness: number;
  /** 1 for one to five entities. */
  readonly count: number;
  /** 1 / (repeats + 1). */
  readonly repeats: number;
  /** 1 when the reply could be read. */
  readonly format: number;
  /** Their sum. */
  readonly total: number;
}

const NOTHING: EntityReward = { likeness: 0, count: 0, repeats: 0, format: 0, total: 0 };

export interface EntityRewardOptions {
  readonly vectors: TextVectors;
  /**
   * What the likeness of pairs is divided by: the longer list, so that missing and surplus entities cost, or the pairs
   * themselves. The paper's choice is not known. Default "longer" (assumed).
   */
  readonly over?: 'longer' | 'pairs';
}

/**
 * Reward of said entities against those wanted (at least one). `said` is the list as it was written, repeats and all;
 * undefined for a reply that could not be read, which is worth nothing.
 */
export async function entityReward(
  said: readonly string[] | undefined,
  wanted: readonly string[],
  { vectors, over = 'longer' }: EntityRewardOptions,
): Promise<EntityReward> {
  if (said === undefined) return NOTHING;
  const different = [...new Map(said.map((text) => [entityKey(text), text])).values()];
  const { pairs, total } = bestMatching(await likenessOf(different, wanted, vectors), wanted.length);
  const divisor = over === 'pairs' ? pairs.length : Math.max(different.length, wanted.length);
  const likeness = divisor === 0 ? 0 : total / divisor;
  const count = different.length >= 1 && different.length <= MOST_ENTITIES ? 1 : 0;
  const repeats = 1 / (said.length - different.length + 1);
  return { likeness, count, repeats, format: 1, total: likeness + count + repeats + 1 };
}

export interface AnswerRewardOptions {
  /** Characters from which on a reasoning is long enough. The paper's L is not known. Default 400 (assumed). */
  readonly length?: number;
}

/** Accuracy (0 or 1) + format (0 or 1) + 0.25 · min(1, length of the reasoning / L). */
export function answerReward(
  { right, format, reasoning }: { right: boolean; format: boolean; reasoning: string },
  { length = 400 }: AnswerRewardOptions = {},
): number {
  return (right ? 1 : 0) + (format ? 1 : 0) + 0.25 * Math.min(1, reasoning.length / length);
}

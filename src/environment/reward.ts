// Rewards: plug-ins that value an episode or a step, and their weighted sum as it is written on the command line.
import { OverreadError } from '../domain/errors.ts';
import type { EvidenceStep } from '../domain/question.ts';
import type { ToolCall } from '../domain/read.ts';
import { rewards as plugins } from './rewards/registry.generated.ts';
import type { EpisodeScore } from './source.ts';

/** What a reward may look at once an episode is over. */
export interface FinishedEpisode {
  /** The score of its answer; undefined when it ended without one. */
  readonly answer: EpisodeScore | undefined;
  /** Actions taken, the answer and those that were none included. */
  readonly steps: number;
  /** Of those, what was no action or a call that no tool could take. */
  readonly invalid: number;
  readonly calls: readonly ToolCall[];
  /** Tool steps of the gold chain; undefined where there is none or this toolset cannot walk it. */
  readonly gold: readonly EvidenceStep[] | undefined;
}

interface About {
  readonly id: string;
  readonly summary: string;
  /** As documented: what is computed, with its range. */
  readonly formula: string;
}

/** Given once, when the episode ends; null where it says nothing of this episode, which then adds nothing. */
export interface EndReward extends About {
  readonly when: 'end';
  value(episode: FinishedEpisode): number | null;
}

/** Given after every action. */
export interface StepReward extends About {
  readonly when: 'step';
  value(): number;
}

export type Reward = EndReward | StepReward;

export interface WeightedReward {
  readonly reward: Reward;
  readonly weight: number;
}

export function rewardPlugins(): readonly Reward[] {
  return Object.values(plugins);
}

/** Correctness first, with a small part for form, as the published gyms describe theirs (weights assumed). */
export const DEFAULT_REWARDS = 'answer=1,format=0.1';

/**
 * "answer=1,format=0.1,evidence=0.3,step-cost=0.01" as rewards with their weights; a name alone weighs 1.
 * Throws `bad-argument`.
 */
export function parseRewards(written: string): readonly WeightedReward[] {
  const found = new Map<string, WeightedReward>();
  for (const part of written.split(',')) {
    const [name, amount = '1'] = part.split('=', 2).map((text) => text.trim());
    const reward = rewardPlugins().find(({ id }) => id === name);
    const weight = amount === '' ? Number.NaN : Number(amount);
    if (reward === undefined)
      throw new OverreadError(
        'bad-argument',
        `There is no reward "${name}": use ${rewardPlugins()
          .map(({ id }) => id)
          .join(', ')}.`,
      );
    if (!Number.isFinite(weight))
      throw new OverreadError(
        'bad-argument',
        `The weight of the reward ${name} is a number, not "${amount}".`,
      );
    if (found.has(name))
      throw new OverreadError('bad-argument', `The reward ${name} is given twice: weigh it once.`);
    found.set(name, { reward, weight });
  }
  return [...found.values()];
}

/** What one action earns by itself. */
export function stepReward(rewards: readonly WeightedReward[]): number {
  let sum = 0;
  for (const { reward, weight } of rewards) if (reward.when === 'step') sum += weight * reward.value();
  return sum;
}

/** What the end earns: the parts unweighted, and their weighted sum. */
export function endReward(
  rewards: readonly WeightedReward[],
  episode: FinishedEpisode,
): { readonly parts: Readonly<Record<string, number | null>>; readonly sum: number } {
  const parts: Record<string, number | null> = {};
  let sum = 0;
  for (const { reward, weight } of rewards) {
    if (reward.when !== 'end') continue;
    const value = reward.value(episode);
    parts[reward.id] = value;
    sum += weight * (value ?? 0);
  }
  return { parts, sum };
}

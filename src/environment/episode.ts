// The environment in process: seeded episodes over a benchmark, with reset, step and state as gyms have them.
import { OverreadError } from '../domain/errors.ts';
import type { Experts } from '../domain/expert.ts';
import { random } from '../domain/random.ts';
import type { Tool } from '../domain/tool.ts';
import type { BlobStore } from '../storage/blobs.ts';
import { readAction } from './action.ts';
import { accepts, callWithin, environmentTools, toolCards, walkable } from './environment-tools.ts';
import { episodeBlobs } from './episode-blobs.ts';
import type { EpisodeEnd, EpisodeOutcome, EpisodeState, Observation, StepResult } from './observation.ts';
import { blank, jsonOf, kept, newEpisode, newPictures, type OneEpisode } from './one-episode.ts';
import { DEFAULT_REWARDS, endReward, parseRewards, stepReward, type WeightedReward } from './reward.ts';
import type { EpisodeScore, EpisodeScorer, EpisodeSource } from './source.ts';
import {
  type EnvironmentSettings,
  type EpisodeCounts,
  type EpisodeTranscript,
  newCounts,
} from './transcript.ts';

export interface EnvironmentOptions {
  readonly source: EpisodeSource;
  /** Holds the keys; asked once, when an answer is given. */
  readonly scorer: EpisodeScorer;
  /** Where cases and experts keep pictures. What an episode makes itself is kept apart and goes with it. */
  readonly blobs: BlobStore;
  /** Tools beside the published five, by name or group, or "all". Default none. */
  readonly tools?: readonly string[];
  readonly outsideTools?: readonly Tool[];
  readonly experts?: Experts;
  /** With an episode's seed it chooses the question. Default "0". */
  readonly seed?: string;
  /** Actions at most, the answer included. Default 12. */
  readonly stepBudget?: number;
  /** Wall-clock time from the reset, the policy's own included. Default 30 minutes. */
  readonly timeBudgetMs?: number;
  /** As written, or parsed. Default `DEFAULT_REWARDS`. */
  readonly rewards?: string | readonly WeightedReward[];
  /** The seed of an episode that was given none. Default: 0, 1, 2 … */
  readonly nextSeed?: () => number;
  /** Name of an episode that was given none. Default: "episode-SEED". */
  readonly nextId?: (seed: number) => string;
  /** Counted into; several environments may share one. */
  readonly counts?: EpisodeCounts;
  /** Told of every episode when it ends or is left. */
  readonly onEpisode?: (transcript: EpisodeTranscript) => void;
  /** Milliseconds. Default `performance.now`. */
  readonly clock?: () => number;
}

export interface ResetOptions {
  /** 0 or a positive integer; the same seed is the same question. */
  readonly seed?: number;
  readonly episodeId?: string;
  /** Asks this question instead of the seed's. Throws `bad-argument` for one that is not there. */
  readonly questionId?: string;
}

export interface Environment {
  readonly settings: EnvironmentSettings;
  readonly counts: EpisodeCounts;
  /** Begins an episode; one that goes on is left. */
  reset(options?: ResetOptions): Promise<StepResult>;
  /**
   * Takes an action. One that is none is answered by an error observation and counts as a step. Throws `bad-argument`
   * before a reset and after the end, and when a step is still under way.
   */
  step(action: unknown): Promise<StepResult>;
  state(): EpisodeState;
  /** A picture or sound of the episode at hand; undefined for any other hash. */
  picture(hash: string): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string } | undefined>;
  /** The episode at hand so far; undefined before the first reset. */
  transcript(): EpisodeTranscript | undefined;
  /** Leaves the episode at hand. */
  close(): void;
}

/** A step with what a replay has to force. */
export const FORCED_END = Symbol('out of time');

export const DEFAULT_STEP_BUDGET = 12;
export const DEFAULT_TIME_BUDGET_MS = 30 * 60_000;
export function createEnvironment(options: EnvironmentOptions): Environment {
  const { source, scorer } = options;
  const stepBudget = options.stepBudget ?? DEFAULT_STEP_BUDGET;
  const timeBudget = options.timeBudgetMs ?? DEFAULT_TIME_BUDGET_MS;
  if (!Number.isInteger(stepBudget) || stepBudget < 1)
    throw new OverreadError('bad-argument', 'The step budget is a whole number above 0.');
  if (!(timeBudget > 0)) throw new OverreadError('bad-argument', 'The time budget is a number above 0.');
  const written = options.rewards ?? DEFAULT_REWARDS;
  const rewards = typeof written === 'string' ? parseRewards(written) : written;
  const seedOfAll = options.seed ?? '0';
  const tools = environmentTools(options);
  const told = toolCards(tools);
  const counts = options.counts ?? newCounts();
  const clock = options.clock ?? (() => performance.now());
  const settings: EnvironmentSettings = {
    benchmark: source.name,
    content_hash: source.contentHash,
    mode: source.mode,
    tools: tools.map(({ name }) => name),
    criteria: source.criteria,
    format: source.format,
    step_budget: stepBudget,
    rewards: Object.fromEntries(rewards.map(({ reward, weight }) => [reward.id, weight])),
    seed: seedOfAll,
  };
  let counted = 0;
  const nextSeed = options.nextSeed ?? (() => counted++);
  const nextId = options.nextId ?? ((seed: number) => `episode-${seed}`);
  let current: OneEpisode | undefined;
  let busy = false;
  /** Closed while something was under way: it is left as soon as that is over. */
  let isClosing = false;

  function leave(): void {
    const left = current;
    current = undefined;
    left?.abort.abort();
    if (left === undefined || left.done) return;
    counts.abandoned++;
    options.onEpisode?.(left.transcript);
  }

  async function begin({ seed = nextSeed(), questionId, episodeId = nextId(seed) }: ResetOptions) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new OverreadError('bad-argument', 'A seed is 0 or a positive whole number.');
    if (questionId !== undefined && !source.has(questionId))
      throw new OverreadError('bad-argument', 'There is no such question here: reset without a question id.');
    const id = questionId ?? source.idAt(random(seedOfAll, 'episode', String(seed)).int(source.size));
    const blobs = episodeBlobs(options.blobs);
    const question = await source.question(id, blobs);
    const images = await source.using(question, (access) => source.shown(question, access));
    const gold = walkable(scorer.gold(id), tools);
    leave();
    current = newEpisode({
      ...{ id: episodeId, seed, question, images, blobs, source, settings, gold },
      tools: told,
      started: clock(),
    });
    counts.begun++;
    return current.transcript.opening;
  }

  async function take(episode: OneEpisode, sent: unknown): Promise<StepResult> {
    episode.step++;
    const earned = stepReward(rewards);
    const late = () => clock() - episode.started > timeBudget;
    const forced = sent === FORCED_END;
    const logged = forced ? null : jsonOf(sent);
    if (forced || late()) return ended(episode, logged, { outcome: 'out-of-time', earned });
    const parsed = readAction(sent);
    if (!parsed.ok) {
      episode.invalid++;
      const error = { code: 'invalid-action' as const, message: parsed.reason };
      return going(episode, logged, earned, {
        kind: 'error',
        content: [{ type: 'text', text: parsed.reason }],
        error,
      });
    }
    if (parsed.action.kind === 'answer') {
      const score = await scorer.score(episode.question.id, parsed.action.text);
      return ended(episode, logged, { outcome: OUTCOMES[score.outcome], earned, score });
    }
    const leftMs = timeBudget - (clock() - episode.started);
    const experts = options.experts ?? {};
    const call = await callWithin(episode, parsed.action, { tools, source, experts, leftMs });
    if (episode.abort.signal.aborted) throw new OverreadError('cancelled', 'The episode was left.');
    if (call === undefined) return ended(episode, logged, { outcome: 'out-of-time', earned });
    episode.calls.push(call);
    const invalid = call.error !== undefined && !accepts(tools, call);
    if (invalid) episode.invalid++;
    const isOutside = tools.some(({ name, group }) => name === call.tool && group === 'outside');
    const made = newPictures(episode, call.result, !isOutside);
    return going(episode, logged, earned, {
      kind: invalid ? 'error' : 'result',
      content: [{ type: 'text', text: JSON.stringify(call.result ?? null) }, ...made],
      error: invalid ? { code: 'invalid-action', message: call.error ?? '' } : null,
      tool: {
        name: call.tool,
        arguments: jsonOf(call.arguments),
        result: jsonOf(call.result),
        error: call.error ?? null,
      },
    });
  }

  /** The episode goes on, unless that was its last step. */
  function going(
    episode: OneEpisode,
    action: unknown,
    earned: number,
    seen: Partial<Observation> & Pick<Observation, 'kind' | 'content'>,
  ): StepResult {
    if (episode.step >= stepBudget)
      return ended(
        episode,
        action,
        { outcome: episode.budgetShort === null ? 'out-of-steps' : 'budget-short', earned },
        seen,
      );
    episode.total += earned;
    return kept(episode, action, {
      observation: { ...blank(episode, stepBudget), ...seen },
      reward: earned,
      done: false,
    });
  }

  function ended(
    episode: OneEpisode,
    action: unknown,
    how: { outcome: EpisodeOutcome; earned: number; score?: EpisodeScore },
    seen: Partial<Observation> = {},
  ): StepResult {
    const { outcome, earned, score } = how;
    const { parts, sum } = endReward(rewards, {
      answer: score,
      steps: episode.step,
      invalid: episode.invalid,
      calls: episode.calls,
      gold: episode.gold,
    });
    episode.done = true;
    episode.truncated = score === undefined;
    episode.total += earned + sum;
    const info: EpisodeEnd = {
      outcome,
      score: score?.score ?? null,
      rewards: parts,
      reward_total: episode.total,
      steps: episode.step,
      invalid_actions: episode.invalid,
      budget_short: episode.budgetShort,
    };
    const result = kept(
      episode,
      action,
      {
        observation: {
          ...blank(episode, stepBudget),
          ...seen,
          kind: 'end',
          truncated: episode.truncated,
          info,
        },
        reward: earned + sum,
        done: true,
      },
      outcome === 'out-of-time',
    );
    episode.transcript.outcome = outcome;
    episode.transcript.end = info;
    counts.ended[outcome]++;
    options.onEpisode?.(episode.transcript);
    return result;
  }

  return {
    settings,
    counts,
    async reset(how = {}) {
      return alone(() => begin(how));
    },
    async step(action) {
      const episode = current;
      if (episode === undefined)
        throw new OverreadError('bad-argument', 'No episode has begun: reset first.');
      if (episode.done) throw new OverreadError('bad-argument', 'The episode is over: reset for the next.');
      return alone(async () => {
        try {
          return await take(episode, action);
        } catch (error) {
          // What failed in here is no step of the policy's.
          episode.step--;
          throw error;
        }
      });
    },
    state: () => ({
      episode_id: current?.id ?? null,
      step_count: current?.step ?? 0,
      question_id: current?.question.id ?? null,
      seed: current?.seed ?? null,
      steps_left: Math.max(0, stepBudget - (current?.step ?? 0)),
      done: current?.done ?? false,
      truncated: current?.truncated ?? false,
      reward_total: current?.total ?? 0,
      budget_short: current?.budgetShort ?? null,
    }),
    async picture(hash) {
      const mediaType = current?.shown.get(hash);
      const bytes = mediaType === undefined ? undefined : await current?.blobs.get(hash);
      return mediaType === undefined || bytes === undefined ? undefined : { bytes, mediaType };
    },
    transcript: () => current?.transcript,
    close() {
      if (!busy) return leave();
      isClosing = true;
      current?.abort.abort();
    },
  };

  async function alone<T>(work: () => Promise<T>): Promise<T> {
    if (busy) throw new OverreadError('bad-argument', 'A step is still under way: wait for its observation.');
    busy = true;
    try {
      return await work();
    } finally {
      busy = false;
      if (isClosing) leave();
      isClosing = false;
    }
  }
}

const OUTCOMES: Readonly<Record<EpisodeScore['outcome'], EpisodeOutcome>> = {
  scored: 'answered',
  unparsed: 'unparsed',
  refused: 'refused',
  failed: 'unscored',
};

// The environment in process: seeded episodes over a benchmark, with reset, step and state as gyms have them.
import { questionParts } from '../agents/model-reader.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Experts } from '../domain/expert.ts';
import type { EvidenceStep, PromptPart, Question } from '../domain/question.ts';
import { random } from '../domain/random.ts';
import type { ToolCall } from '../domain/read.ts';
import type { Tool, ToolPictures } from '../domain/tool.ts';
import { type BlobStore, isBlobHash } from '../storage/blobs.ts';
import { callTool, inputSchema } from '../tools/call.ts';
import { readPictures } from '../tools/read-pictures.ts';
import { toolkit } from '../tools/toolkit.ts';
import { type Action, readAction } from './action.ts';
import { episodeBlobs } from './episode-blobs.ts';
import { toolSteps } from './evidence.ts';
import {
  type EpisodeEnd,
  type EpisodeOutcome,
  type EpisodeState,
  type Observation,
  type ObservedPart,
  pictureRoute,
  type StepResult,
} from './observation.ts';
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
/** Characters of a tool's result; what is longer is told as an error. */
const LONGEST_RESULT = 1 << 20;

/** An episode at hand. */
interface Episode {
  readonly id: string;
  readonly seed: number;
  readonly question: Question;
  readonly blobs: BlobStore;
  readonly pictures: ToolPictures;
  /** Media types of what may be fetched, by hash. */
  readonly shown: Map<string, string>;
  readonly gold: readonly EvidenceStep[] | undefined;
  readonly budgetShort: { needed: number; has: number } | null;
  readonly started: number;
  readonly calls: ToolCall[];
  readonly abort: AbortController;
  readonly transcript: EpisodeTranscript;
  step: number;
  invalid: number;
  total: number;
  done: boolean;
  truncated: boolean;
}

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
  let current: Episode | undefined;
  let busy = false;

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
    const chain = walkable(scorer.gold(id), tools);
    // One more for the answer.
    const needed = (chain?.length ?? 0) + 1;
    const short = needed > stepBudget ? { needed, has: stepBudget } : null;
    const task = {
      question,
      case: source.caseOf(question),
      format:
        question.prompt !== undefined && question.options.length === 0 ? ('free' as const) : source.format,
      repeat: 0,
      seed: String(seed),
      access: undefined,
      signal: new AbortController().signal,
    };
    const parts = questionParts(task, images, false);
    const shown = new Map(
      parts.flatMap((part) => (part.type === 'text' ? [] : [[part.hash, part.mediaType] as const])),
    );
    const opening: StepResult = {
      observation: {
        episode_id: episodeId,
        step: 0,
        steps_left: stepBudget,
        kind: 'question',
        content: parts.map((part) => observed(part, episodeId)),
        system: question.system ?? '',
        tools: told,
        tool: null,
        error: null,
        truncated: false,
        info: null,
      },
      reward: null,
      done: false,
    };
    const episode: Episode = {
      id: episodeId,
      seed,
      question,
      blobs,
      pictures: readPictures(images, blobs),
      shown,
      gold: chain,
      budgetShort: short,
      started: clock(),
      calls: [],
      abort: new AbortController(),
      transcript: {
        format: 'overread-episode',
        version: 1,
        settings,
        episode_id: episodeId,
        question_id: id,
        seed,
        opening,
        steps: [],
        outcome: null,
        end: null,
      },
      step: 0,
      invalid: 0,
      total: 0,
      done: false,
      truncated: false,
    };
    leave();
    current = episode;
    counts.begun++;
    return opening;
  }

  /** Runs a tool; undefined when the time budget ran out first. */
  async function called(episode: Episode, action: Action & { kind: 'tool' }): Promise<ToolCall | undefined> {
    const left = timeBudget - (clock() - episode.started);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), Math.min(left, 2 ** 31 - 1));
    const signal = AbortSignal.any([episode.abort.signal, late.signal]);
    const stopped = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    const run = source.using(episode.question, (access) => {
      if (access === undefined)
        throw new OverreadError('file-not-found', 'The files of this case are not on this machine.');
      return callTool(
        tools,
        { name: action.tool, arguments: action.arguments, step: episode.step },
        {
          case: access,
          pictures: episode.pictures,
          materials: episode.question.materials ?? [],
          experts: options.experts ?? {},
          mode: source.mode,
          criteria: source.criteria,
          signal,
        },
      );
    });
    try {
      return await Promise.race([run, stopped]);
    } catch (error) {
      if (signal.aborted) return undefined;
      const said = OverreadError.isInstance(error) ? error.message : `${action.tool} failed.`;
      return {
        step: episode.step,
        tool: action.tool,
        arguments: action.arguments,
        result: { error: said },
        error: said,
        milliseconds: 0,
      };
    } finally {
      clearTimeout(timer);
      // Whoever lost the race may still fail; nobody waits for it.
      run.catch(() => {});
    }
  }

  async function take(episode: Episode, sent: unknown): Promise<StepResult> {
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
    const call = await called(episode, parsed.action);
    if (call === undefined) return ended(episode, logged, { outcome: 'out-of-time', earned });
    const bounded = withinLength(call);
    episode.calls.push(bounded);
    const invalid = bounded.error !== undefined && !accepts(tools, bounded);
    if (invalid) episode.invalid++;
    const made = newPictures(episode, bounded.result);
    return going(episode, logged, earned, {
      kind: invalid ? 'error' : 'result',
      content: [{ type: 'text', text: JSON.stringify(bounded.result ?? null) }, ...made],
      error: invalid ? { code: 'invalid-action', message: bounded.error ?? '' } : null,
      tool: {
        name: bounded.tool,
        arguments: jsonOf(bounded.arguments),
        result: jsonOf(bounded.result),
        error: bounded.error ?? null,
      },
    });
  }

  /** The episode goes on, unless that was its last step. */
  function going(
    episode: Episode,
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
      observation: { ...blank(episode), ...seen },
      reward: earned,
      done: false,
    });
  }

  function ended(
    episode: Episode,
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
        observation: { ...blank(episode), ...seen, kind: 'end', truncated: episode.truncated, info },
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

  const blank = (episode: Episode): Observation => ({
    episode_id: episode.id,
    step: episode.step,
    steps_left: Math.max(0, stepBudget - episode.step),
    kind: 'result',
    content: [],
    system: '',
    tools: [],
    tool: null,
    error: null,
    truncated: false,
    info: null,
  });

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
      return alone(() => take(episode, action));
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
    close: leave,
  };

  async function alone<T>(work: () => Promise<T>): Promise<T> {
    if (busy) throw new OverreadError('bad-argument', 'A step is still under way: wait for its observation.');
    busy = true;
    try {
      return await work();
    } finally {
      busy = false;
    }
  }
}

const OUTCOMES: Readonly<Record<EpisodeScore['outcome'], EpisodeOutcome>> = {
  scored: 'answered',
  unparsed: 'unparsed',
  refused: 'refused',
  failed: 'unscored',
};

/** Tools that have nothing to work on where there is no annotated scan. */
const NEEDS_CASE: ReadonlySet<string> = new Set([
  'segment_organ',
  'measure',
  'crop_organ',
  'list_available_crops',
]);

/** The tools as a policy is told them. */
export function toolCards(tools: readonly Tool[]): Observation['tools'] {
  return tools.map((tool) => ({
    name: tool.name,
    description: tool.description,
    parameters: inputSchema(tool),
  }));
}

export function environmentTools({
  source,
  tools,
  outsideTools,
}: Pick<EnvironmentOptions, 'source' | 'tools' | 'outsideTools'>): Tool[] {
  return toolkit(source.mode, {
    ...(tools === undefined ? {} : { also: tools }),
    ...(outsideTools === undefined ? {} : { outside: outsideTools }),
  }).filter(({ name }) => source.hasCases || !NEEDS_CASE.has(name));
}

/** The tool steps of a chain, where every one of its tools is given. */
function walkable(
  chain: readonly EvidenceStep[] | undefined,
  tools: readonly Tool[],
): readonly EvidenceStep[] | undefined {
  if (chain === undefined) return undefined;
  const steps = toolSteps(chain);
  return steps.every((step) => tools.some(({ name }) => name === step.tool)) ? steps : undefined;
}

function kept(episode: Episode, action: unknown, result: StepResult, outOfTime = false): StepResult {
  episode.transcript.steps.push({ action, result, ...(outOfTime ? { out_of_time: true } : {}) });
  return result;
}

function observed(part: PromptPart, episodeId: string): ObservedPart {
  if (part.type === 'text') return part;
  const { type, hash, mediaType } = part;
  return { type, hash, media_type: mediaType, url: pictureRoute(hash, episodeId) };
}

/** Pictures that a result names or a tool has made, which the policy may now fetch. */
function newPictures(episode: Episode, result: unknown): ObservedPart[] {
  const known = new Map(episode.pictures.list().map(({ hash, mediaType }) => [hash, mediaType]));
  const named =
    typeof result === 'object' && result !== null && 'image' in result && isBlobHash(result.image)
      ? [result.image]
      : [];
  const fresh = [...new Set([...known.keys(), ...named])].filter((hash) => !episode.shown.has(hash));
  // What was shown before is shown again where a result names it.
  const told = [...new Set([...fresh, ...named])];
  return told.map((hash) => {
    const mediaType = known.get(hash) ?? episode.shown.get(hash) ?? 'image/png';
    episode.shown.set(hash, mediaType);
    return { type: 'image', hash, media_type: mediaType, url: pictureRoute(hash, episode.id) };
  });
}

/** True when the call could be made: there is such a tool, and it takes these arguments. */
function accepts(tools: readonly Tool[], { tool: name, arguments: args }: ToolCall): boolean {
  return tools.some((tool) => tool.name === name && tool.input.safeParse(args).success);
}

function withinLength(call: ToolCall): ToolCall {
  if (JSON.stringify(call.result ?? null).length <= LONGEST_RESULT) return call;
  const error = `The result of ${call.tool} is longer than an observation may be: ask for less.`;
  return { ...call, result: { error }, error };
}

/** What goes over the wire: a value as its JSON says it. */
function jsonOf(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

// One episode: what it holds while it lasts, and what a policy sees of it.
import { questionParts } from '../agents/model-reader.ts';
import type { ShownImage } from '../agents/volume-images.ts';
import type { EvidenceStep, PromptPart, Question } from '../domain/question.ts';
import type { ToolCall } from '../domain/read.ts';
import type { ToolPictures } from '../domain/tool.ts';
import { type BlobStore, isBlobHash } from '../storage/blobs.ts';
import { readPictures } from '../tools/read-pictures.ts';
import { type Observation, type ObservedPart, pictureRoute, type StepResult } from './observation.ts';
import type { EpisodeSource } from './source.ts';
import type { EnvironmentSettings, EpisodeTranscript } from './transcript.ts';

/** An episode at hand. */
export interface OneEpisode {
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

/** An episode before its first action. */
export function newEpisode(given: {
  readonly id: string;
  readonly seed: number;
  readonly question: Question;
  readonly images: readonly ShownImage[];
  readonly blobs: BlobStore;
  readonly source: EpisodeSource;
  readonly settings: EnvironmentSettings;
  readonly tools: Observation['tools'];
  readonly gold: readonly EvidenceStep[] | undefined;
  readonly started: number;
}): OneEpisode {
  const { id, seed, question, images, blobs, source, settings, gold } = given;
  const stepBudget = settings.step_budget;
  const parts = questionParts(
    {
      question,
      case: source.caseOf(question),
      format: question.prompt !== undefined && question.options.length === 0 ? 'free' : source.format,
      repeat: 0,
      seed: String(seed),
      access: undefined,
      signal: new AbortController().signal,
    },
    images,
    false,
  );
  // One more for the answer.
  const needed = (gold?.length ?? 0) + 1;
  const opening: StepResult = {
    observation: {
      ...blank({ id, step: 0 }, stepBudget),
      kind: 'question',
      content: parts.map((part) => observed(part, id)),
      system: question.system ?? '',
      tools: given.tools,
    },
    reward: null,
    done: false,
  };
  return {
    ...{ id, seed, question, blobs, gold, started: given.started },
    pictures: readPictures(images, blobs),
    shown: new Map(
      parts.flatMap((part) => (part.type === 'text' ? [] : [[part.hash, part.mediaType] as const])),
    ),
    budgetShort: needed > stepBudget ? { needed, has: stepBudget } : null,
    calls: [],
    abort: new AbortController(),
    transcript: {
      format: 'overread-episode',
      version: 1,
      settings,
      episode_id: id,
      question_id: question.id,
      seed,
      opening,
      steps: [],
      outcome: null,
      end: null,
    },
    ...{ step: 0, invalid: 0, total: 0, done: false, truncated: false },
  };
}

/** The fields of an observation that say nothing yet. */
export function blank({ id, step }: Pick<OneEpisode, 'id' | 'step'>, stepBudget: number): Observation {
  return {
    episode_id: id,
    step,
    steps_left: Math.max(0, stepBudget - step),
    kind: 'result',
    content: [],
    system: '',
    tools: [],
    tool: null,
    error: null,
    truncated: false,
    info: null,
  };
}

/** Puts an action with what came of it into the transcript. */
export function kept(
  episode: OneEpisode,
  action: unknown,
  result: StepResult,
  outOfTime = false,
): StepResult {
  episode.transcript.steps.push({ action, result, ...(outOfTime ? { out_of_time: true } : {}) });
  return result;
}

function observed(part: PromptPart, episodeId: string): ObservedPart {
  if (part.type === 'text') return part;
  const { type, hash, mediaType } = part;
  return { type, hash, media_type: mediaType, url: pictureRoute(hash, episodeId) };
}

/**
 * Pictures that a result names or a tool has made, which the policy may now fetch. An outside tool may name none
 * (`mayName`): whatever it says, no other case's picture opens.
 */
export function newPictures(episode: OneEpisode, result: unknown, mayName: boolean): ObservedPart[] {
  const known = new Map(episode.pictures.list().map(({ hash, mediaType }) => [hash, mediaType]));
  const named =
    mayName && typeof result === 'object' && result !== null && 'image' in result && isBlobHash(result.image)
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

/** What goes over the wire: a value as its JSON says it. */
export function jsonOf(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

// Opens a benchmark as an environment: questions, cases and experts on one side, keys with the scorer on the other.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataAt } from '../benchmarks/open-data.ts';
import { isPublished, publishedPlugin } from '../benchmarks/published-plugins.ts';
import { OverreadError } from '../domain/errors.ts';
import type { Question } from '../domain/question.ts';
import type { Protocol } from '../domain/report.ts';
import type { QuestionFormat } from '../domain/run.ts';
import type { ToolMode } from '../domain/tool.ts';
import { benchmarkEpisodes } from '../environment/benchmark-episodes.ts';
import type { EnvironmentOptions } from '../environment/episode.ts';
import { releaseEpisodes } from '../environment/release-episodes.ts';
import type { EpisodeBenchmark } from '../environment/source.ts';
import { openSegmenter } from '../experts/segmenter.ts';
import { openBenchmark } from '../questions/benchmark-folder.ts';
import { openKeys } from '../questions/keys.ts';
import { optional } from './arguments.ts';
import { DEFAULT_SEGMENTER, openReading, type ReadingOptions } from './reading.ts';

type Playing = Pick<
  EnvironmentOptions,
  'tools' | 'seed' | 'stepBudget' | 'timeBudgetMs' | 'rewards' | 'onEpisode'
>;

export interface EpisodesOptions
  extends Playing,
    Pick<ReadingOptions, 'allow' | 'experts' | 'progress' | 'signal'> {
  /** Benchmark folder, or a published benchmark's id with `data`. */
  readonly benchmark: string;
  readonly data?: string;
  /** Way of asking of a published benchmark. */
  readonly mode?: string;
  readonly split?: string;
  readonly facets?: Readonly<Record<string, readonly string[]>>;
  readonly columns?: Readonly<Record<string, string>>;
  readonly limit?: number;
  readonly only?: readonly string[];
  /** How far cases are opened to tools. Default oracle. */
  readonly toolMode?: ToolMode;
  readonly format?: QuestionFormat;
  readonly protocol?: Protocol;
  readonly segmenter?: string;
  readonly passphrase?: string;
  readonly baseUrl?: string;
  /** Where what experts answered is kept. Default: a temporary folder that goes when this is closed. */
  readonly store?: string;
}

export interface OpenedEpisodes {
  readonly environment: EnvironmentOptions & EpisodeBenchmark;
  close(): Promise<void>;
}

/** Errors: those of the benchmark or release, its keys and the experts. */
export async function openEpisodes(options: EpisodesOptions): Promise<OpenedEpisodes> {
  const scratch = await mkdtemp(join(tmpdir(), 'overread-env-'));
  const closing: (() => Promise<void> | void | undefined)[] = [
    () => rm(scratch, { recursive: true, force: true }),
  ];
  const close = async () => {
    for (const one of closing.toReversed()) await one();
  };
  try {
    const reading = await openReading({
      readers: [],
      store: options.store ?? join(scratch, 'overread.db'),
      progress: options.progress,
      signal: options.signal,
      ...optional('allow', options.allow),
      ...optional('experts', options.experts),
      ...optional('baseUrl', options.baseUrl),
    });
    closing.push(reading.close);
    const { blobs, store } = reading;
    const opened = await benchmarkOf(options, { blobs, store });
    if (opened.close !== undefined) closing.push(opened.close);
    const { tools, seed, stepBudget, timeBudgetMs, rewards, onEpisode } = options;
    return {
      environment: {
        ...opened.episodes,
        blobs,
        ...optional('experts', reading.deps.experts),
        ...optional('tools', tools),
        ...optional('seed', seed),
        ...optional('stepBudget', stepBudget),
        ...optional('timeBudgetMs', timeBudgetMs),
        ...optional('rewards', rewards),
        ...optional('onEpisode', onEpisode),
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Reading = Awaited<ReturnType<typeof openReading>>;

async function benchmarkOf(
  options: EpisodesOptions,
  { blobs, store }: Pick<Reading, 'blobs' | 'store'>,
): Promise<{ episodes: EpisodeBenchmark; close?: (() => Promise<void> | void) | undefined }> {
  const { benchmark: name, data: place, protocol, limit } = options;
  if (place === undefined && isPublished(name) && !existsSync(name))
    throw new OverreadError(
      'bad-argument',
      `"${name}" is a published benchmark: say where its release lies with --data.`,
    );
  if (place !== undefined) {
    const plugin = publishedPlugin(name);
    if (options.toolMode !== undefined && options.toolMode !== 'vision')
      throw new OverreadError(
        'bad-argument',
        'Items of a release have no masks: their tools look at pictures, which is --tool-mode vision.',
      );
    const data = await openDataAt(place, plugin.card.files, options.signal);
    const episodes = await releaseEpisodes({
      plugin,
      data,
      ...optional('mode', options.mode),
      ...optional('split', options.split),
      ...optional('facets', options.facets),
      ...optional('columns', options.columns),
      ...optional('protocol', protocol),
      ...optional('limit', limit),
    });
    return { episodes, close: () => data.close?.() };
  }
  const mode = options.toolMode ?? 'oracle';
  const benchmark = await openBenchmark(name);
  const keys = await openKeys(name, options.passphrase);
  const written = options.segmenter ?? (mode === 'predicted' ? DEFAULT_SEGMENTER : undefined);
  const segmenter = written === undefined ? undefined : await openSegmenter(written, { blobs, index: store });
  const split = options.split === undefined ? undefined : splitOf(options.split);
  return {
    episodes: await benchmarkEpisodes({
      benchmark,
      keys,
      mode,
      blobs,
      cache: store,
      filter: {
        ...(split === undefined ? {} : { splits: [split] }),
        ...optional('limit', limit),
        ...optional('ids', options.only),
      },
      ...optional('segmenter', segmenter),
      ...optional('format', options.format),
      ...optional('protocol', protocol),
    }),
  };
}

function splitOf(name: string): Question['split'] {
  if (name === 'train' || name === 'validation' || name === 'test') return name;
  throw new OverreadError('bad-argument', 'Give --split train, validation or test.');
}

/** Of how many questions the gold chain and its answer need more steps than the budget has. */
export function tooShort({ source, scorer }: EpisodeBenchmark, stepBudget: number): number {
  let count = 0;
  for (let at = 0; at < source.size; at++) {
    const steps = scorer.gold(source.idAt(at))?.filter(({ tool }) => tool !== undefined).length ?? 0;
    if (steps + 1 > stepBudget) count++;
  }
  return count;
}

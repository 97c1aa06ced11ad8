// The published benchmarks by id, and what a run of one keeps of it.
import { OverreadError } from '../domain/errors.ts';
import type { RunRecord } from '../domain/run.ts';
import { publishedBenchmarks } from './published/registry.generated.ts';
import type { PublishedBenchmark } from './published.ts';

/** What a run of a published benchmark keeps in its settings, so that it can be resumed and scored by its id alone. */
export interface PublishedSettings {
  readonly benchmark: string;
  readonly mode: string;
  readonly split: string | null;
  /** Absent: all items. */
  readonly facets?: Readonly<Record<string, readonly string[]>>;
  readonly columns: Readonly<Record<string, string>>;
  readonly seed: string;
}

const plugins = publishedBenchmarks as Readonly<Record<string, PublishedBenchmark>>;

/** Every published benchmark by id. */
export function publishedPlugins(): readonly PublishedBenchmark[] {
  return Object.values(plugins);
}

export function isPublished(id: string): boolean {
  return Object.hasOwn(plugins, id);
}

/** Throws `bad-argument` for an unknown id. */
export function publishedPlugin(id: string): PublishedBenchmark {
  if (Object.hasOwn(plugins, id)) return plugins[id];
  throw new OverreadError(
    'bad-argument',
    `There is no published benchmark "${id}": use one of ${Object.keys(plugins).join(', ')}.`,
  );
}

/** The settings of a run of a published benchmark; undefined for any other run. */
export function publishedSettings({ settings }: Pick<RunRecord, 'settings'>): PublishedSettings | undefined {
  return settings.release as PublishedSettings | undefined;
}

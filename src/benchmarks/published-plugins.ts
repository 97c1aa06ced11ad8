// The published benchmarks by id.
import { OverreadError } from '../domain/errors.ts';
import { publishedBenchmarks } from './published/registry.generated.ts';
import type { PublishedBenchmark } from './published.ts';

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

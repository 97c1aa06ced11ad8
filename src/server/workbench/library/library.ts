// The benchmarks that a workbench knows: those its store's runs read, and those it was given.
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { PublishedBenchmark } from '../../../benchmarks/published.ts';
import { type PublishedSettings, publishedSettings } from '../../../benchmarks/published-settings.ts';
import type { PublishedSource } from '../../../benchmarks/published-source.ts';
import { OverreadError } from '../../../domain/errors.ts';
import type { Key, Question } from '../../../domain/question.ts';
import type { RunRecord } from '../../../domain/run.ts';
import { trustList } from '../../../experts/trust.ts';
import { type BenchmarkFolder, openBenchmark, readManifest } from '../../../questions/benchmark-folder.ts';
import { openKeys } from '../../../questions/keys.ts';
import type { DataRoot } from '../../../records/source.ts';
import type { BlobStore } from '../../../storage/blobs.ts';
import type { Store } from '../../../storage/store.ts';
import type { BenchmarkEntry } from '../shapes/benchmarks.ts';

export interface BuiltBenchmark {
  readonly kind: 'built';
  readonly entry: BenchmarkEntry;
  readonly folder: BenchmarkFolder;
  /** In file order; read once. */
  questions(): Promise<ReadonlyMap<string, Question>>;
  /** For owners and scoring only. Throws `key-locked` without the passphrase. */
  keys(): Promise<ReadonlyMap<string, Key>>;
}

export interface ReleasedBenchmark {
  readonly kind: 'published';
  readonly entry: BenchmarkEntry;
  readonly plugin: PublishedBenchmark;
  readonly settings: PublishedSettings;
  readonly data: DataRoot;
  readonly source: PublishedSource;
  questions(): Promise<ReadonlyMap<string, Question>>;
}

export type OpenedBenchmark = BuiltBenchmark | ReleasedBenchmark;

export interface Library {
  list(): Promise<BenchmarkEntry[]>;
  /**
   * Throws `file-not-found` for an id that is not known, `benchmark-invalid` for one that has changed since,
   * `endpoint-not-trusted` for a release at an address that may not be contacted.
   */
  open(id: string): Promise<OpenedBenchmark>;
  /** Adds a folder that `overread build` wrote. Throws as `openBenchmark` does. */
  add(folder: string): Promise<BenchmarkEntry>;
  /** Where it lies on this machine: for processes that are started here, never for a browser. */
  placeOf(id: string): Promise<string>;
}

/** Id of a benchmark by its content hash. */
export const benchmarkIdOf = (contentHash: string): string => contentHash.slice(0, 16);

interface Known {
  readonly contentHash: string;
  readonly name: string;
  readonly path: string;
  readonly release?: PublishedSettings;
  readonly runs: number;
}

/**
 * @param folders benchmark folders that are shown whether a run read them or not
 * @param allow addresses that may be contacted: runs of a store may name any
 */
export function newLibrary(
  store: Store,
  blobs: BlobStore,
  options: {
    readonly folders?: readonly string[];
    readonly passphrase?: string;
    readonly allow?: readonly string[];
  } = {},
): Library {
  const added = new Set((options.folders ?? []).map((folder) => resolve(folder)));
  const opened = new Map<string, Promise<OpenedBenchmark>>();
  const seen = new Map<string, Pick<Known, 'contentHash' | 'name'>>();

  /** As the folder has it now, else as it was last: one that is gone must not hide all the others. */
  function manifestOf(folder: string): Pick<Known, 'contentHash' | 'name'> | undefined {
    try {
      const { contentHash, name } = readManifest(folder);
      seen.set(folder, { contentHash, name });
    } catch {
      // It is listed as not available, or not at all where it was never seen.
    }
    return seen.get(folder);
  }

  async function known(): Promise<Map<string, Known>> {
    const all = new Map<string, Known>();
    for (const run of await store.runs()) note(all, run);
    for (const folder of added) {
      const about = manifestOf(folder);
      if (about === undefined) continue;
      const id = benchmarkIdOf(about.contentHash);
      const here = all.get(id);
      all.set(id, { ...about, path: folder, runs: here?.runs ?? 0 });
    }
    return all;
  }

  async function found(id: string): Promise<Known> {
    const one = (await known()).get(id);
    if (one !== undefined) {
      checkPlace(one.path, options.allow);
      return one;
    }
    throw new OverreadError(
      'file-not-found',
      'The workbench knows no such benchmark: look at the list of benchmarks.',
    );
  }

  async function openKnown(id: string, one: Known): Promise<OpenedBenchmark> {
    const entry = await entryOf(id, one, options.allow);
    if (one.release !== undefined) return openRelease(entry, one.release, one.path, blobs);
    const folder = await openBenchmark(one.path);
    if (folder.manifest.contentHash !== one.contentHash)
      throw new OverreadError(
        'benchmark-invalid',
        'The benchmark has changed since it was read: build it again from its source, or begin new runs.',
      );
    return {
      kind: 'built',
      entry,
      folder,
      questions: once(async () => new Map((await folder.questions()).map((each) => [each.id, each]))),
      keys: once(() => openKeys(one.path, options.passphrase)),
    };
  }

  return {
    async list() {
      return Promise.all([...(await known())].map(([id, one]) => entryOf(id, one, options.allow)));
    },
    async open(id) {
      const one = await found(id);
      const kept = opened.get(id);
      if (kept !== undefined) return kept;
      const opening = openKnown(id, one);
      opened.set(id, opening);
      // What could not be opened may be there the next time.
      opening.catch(() => opened.delete(id));
      return opening;
    },
    async add(folder) {
      const at = resolve(folder);
      const { contentHash } = readManifest(at);
      added.add(at);
      const id = benchmarkIdOf(contentHash);
      return entryOf(id, await found(id), options.allow);
    },
    placeOf: async (id) => (await found(id)).path,
  };
}

function note(all: Map<string, Known>, run: RunRecord): void {
  const id = benchmarkIdOf(run.benchmarkHash);
  const here = all.get(id);
  const release = publishedSettings(run);
  // Runs come newest first: where the benchmark lay last is where it is looked for.
  all.set(id, {
    contentHash: run.benchmarkHash,
    name: here?.name ?? run.benchmarkName,
    path: here?.path ?? run.benchmark,
    ...(release === undefined ? {} : { release }),
    runs: (here?.runs ?? 0) + 1,
  });
}

const isAddress = (path: string): boolean => /^https?:/i.test(path);

/** A store may come from elsewhere: to look at it asks no server that nobody allowed. Throws `endpoint-not-trusted`. */
export function checkPlace(path: string, allow: readonly string[] = []): void {
  if (mayOpen(path, allow)) return;
  const origin = URL.parse(path)?.origin ?? 'its address';
  throw new OverreadError(
    'endpoint-not-trusted',
    `This release lies at ${origin}, which the workbench may not contact: start it with --allow ${origin}.`,
  );
}

function mayOpen(path: string, allow: readonly string[] = []): boolean {
  if (!isAddress(path)) return true;
  // Names of providers are addresses of models and not of data.
  return trustList(allow.filter(isAddress)).allows(path);
}

async function entryOf(id: string, one: Known, allow?: readonly string[]): Promise<BenchmarkEntry> {
  const { contentHash, name, path, release, runs } = one;
  return {
    id,
    contentHash,
    name,
    kind: release === undefined ? 'built' : 'published',
    ...(release === undefined ? {} : { plugin: release.benchmark }),
    place: basename(path),
    available: isAddress(path) ? mayOpen(path, allow) : await isThere(path),
    runs,
  };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function openRelease(
  entry: BenchmarkEntry,
  settings: PublishedSettings,
  path: string,
  blobs: BlobStore,
): Promise<ReleasedBenchmark> {
  // Thirty benchmarks and their readers: loaded by who opens one, not by every server.
  const [{ publishedPlugin }, { openPublished }, { openDataAt }] = await Promise.all([
    import('../../../benchmarks/published-plugins.ts'),
    import('../../../benchmarks/published-source.ts'),
    import('../../../benchmarks/open-data.ts'),
  ]);
  const plugin = publishedPlugin(settings.benchmark);
  const data = await openDataAt(path, plugin.card.files);
  const { split, ...rest } = settings;
  const source = await openPublished(plugin, data, blobs, { ...rest, ...(split === null ? {} : { split }) });
  if (source.manifest.contentHash !== entry.contentHash)
    throw new OverreadError(
      'benchmark-invalid',
      'The release has changed since it was read: get it anew, or begin new runs.',
    );
  return {
    kind: 'published',
    entry,
    plugin,
    settings,
    data,
    source,
    questions: once(async () => {
      const all = new Map<string, Question>();
      for await (const question of source.eachQuestion()) all.set(question.id, question);
      return all;
    }),
  };
}

/** Computed at the first call; a failure is not kept. */
function once<T>(compute: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => {
    value ??= compute().catch((error: unknown) => {
      value = undefined;
      throw error;
    });
    return value;
  };
}

// Where a benchmark comes from, as its page tells it: manifest or data card, without paths and long lists.
import { messageOf, OverreadError } from '../../../domain/errors.ts';
import { CRITERIA_SET_IDS, criteriaSet } from '../../../knowledge/criteria.ts';
import type { BuiltBenchmark, Library, ReleasedBenchmark } from '../library/library.ts';
import type { BenchmarkPage, BuiltProvenance, ReleaseProvenance } from '../shapes/benchmarks.ts';

/** Cases that could not be read, as the page lists them; the raw manifest has all. */
const MOST_FAILED = 500;

/** Throws `file-not-found` for an id that is not known; what cannot be opened says why. */
export async function benchmarkPageOf(library: Library, id: string): Promise<BenchmarkPage> {
  const entry = (await library.list()).find((one) => one.id === id);
  if (entry === undefined)
    throw new OverreadError(
      'file-not-found',
      'The workbench knows no such benchmark: look at the list of benchmarks.',
    );
  try {
    const opened = await library.open(id);
    return opened.kind === 'built'
      ? { entry, built: builtProvenance(opened) }
      : { entry, published: releaseProvenance(opened) };
  } catch (error) {
    if (!OverreadError.isInstance(error)) throw error;
    return {
      entry: { ...entry, available: false },
      problem: { code: error.code, message: messageOf(error) },
    };
  }
}

function builtProvenance({ folder }: BuiltBenchmark): BuiltProvenance {
  const { sources, failed, keyEncryption, ...manifest } = folder.manifest;
  const known = (CRITERIA_SET_IDS as readonly string[]).includes(manifest.criteria);
  const set = known ? criteriaSet(manifest.criteria) : undefined;
  return {
    manifest,
    sources: sources.length,
    failed: { total: failed.length, shown: failed.slice(0, MOST_FAILED) },
    keysEncrypted: keyEncryption !== 'none',
    ...(set === undefined ? {} : { criteria: { id: set.id, title: set.title, version: set.version } }),
  };
}

function releaseProvenance({ plugin, settings, source }: ReleasedBenchmark): ReleaseProvenance {
  const { summary, card, modes } = plugin;
  const { title, arxiv, url, year } = plugin.paper;
  return {
    summary,
    paper: {
      title,
      ...(arxiv === undefined ? {} : { arxiv }),
      ...(url === undefined ? {} : { url }),
      ...(year === undefined ? {} : { year }),
    },
    card: {
      source: card.source,
      ...(card.url === undefined ? {} : { url: card.url }),
      ...{ licence: card.licence, access: card.access, getIt: card.getIt, size: card.size },
      splits: { ...card.splits },
      files: card.files.map(({ name, about, required = true }) => ({ name, about, required })),
      format: card.format,
      faults: [...card.faults],
      tasks: [...card.tasks],
      modalities: [...card.modalities],
    },
    mode: source.mode,
    modes: [...modes],
    split: settings.split,
    facets: Object.fromEntries(
      Object.entries(settings.facets ?? {}).map(([name, values]) => [name, [...values]]),
    ),
    seed: settings.seed,
  };
}

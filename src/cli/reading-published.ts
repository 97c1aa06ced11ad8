// Lets readers read a published benchmark's release, and scores outputs of other harnesses: the counterpart of reading.ts.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { checkReaderOptions, createReader, pluginOf } from '../agents/create-reader.ts';
import { chosenRecords } from '../benchmarks/chosen-records.ts';
import { openDataAt } from '../benchmarks/open-data.ts';
import type { Judge, PublishedBenchmark, RecordOptions } from '../benchmarks/published.ts';
import { publishedPlugin } from '../benchmarks/published-plugins.ts';
import { publishedPrior } from '../benchmarks/published-prior.ts';
import { besideRecords, scoreReplies } from '../benchmarks/published-score.ts';
import type { PublishedSettings } from '../benchmarks/published-settings.ts';
import { fingerprint, openPublished, recordOptions } from '../benchmarks/published-source.ts';
import { messageOf, OverreadError } from '../domain/errors.ts';
import type { Protocol, PublishedReport } from '../domain/report.ts';
import type { DataRoot } from '../records/source.ts';
import { executeRun, type RunSummary } from '../runs/engine.ts';
import { otherPictures } from '../runs/other-pictures.ts';
import { readForeign } from '../scoring/foreign.ts';
import { openReading, type ReadingOptions, remarkReasons, strategySettings } from './reading.ts';

export interface PublishedReadingOptions extends Omit<ReadingOptions, 'benchmark' | 'format'> {
  /** Plug-in id, such as "mediconfusion". */
  readonly benchmark: string;
  /** Folder, file or address of the release. */
  readonly data: string;
  readonly mode?: string;
  readonly split?: string;
  readonly facets?: Readonly<Record<string, readonly string[]>>;
  readonly columns?: Readonly<Record<string, string>>;
}

/** Reads with each reader in turn; a reader's failure does not stop the next. */
export async function readPublished(
  options: PublishedReadingOptions,
  onRun: (summary: RunSummary) => void = () => {},
): Promise<RunSummary[]> {
  const plugin = publishedPlugin(options.benchmark);
  for (const name of options.readers) pluginOf(name);
  checkReaderOptions(options.readers, options.readerOptions);
  const data = await openDataAt(options.data, plugin.card.files, options.signal);
  const { store, blobs, gateway, deps, close } = await openReading(options);
  try {
    const chosen = { ...options, seed: options.seed ?? '0' };
    const source = await openPublished(plugin, data, blobs, chosen);
    if (options.resume === undefined) await checkAny(plugin, data, source.options);
    const release: PublishedSettings = {
      benchmark: plugin.id,
      mode: source.mode,
      split: options.split ?? null,
      columns: options.columns ?? {},
      ...(source.options.facets === undefined ? {} : { facets: source.options.facets }),
      seed: chosen.seed,
    };
    const others = otherPictures(source);
    const prior = options.readers.some((name) => pluginOf(name).plugin.usesPrior === true)
      ? await publishedPrior(plugin, data, source.options)
      : undefined;
    const sampling = plugin.modeSampling?.[source.mode] ?? plugin.sampling;
    const summaries: RunSummary[] = [];
    for (const name of options.readers) {
      if (options.signal.aborted) break;
      const reader = await createReader(name, {
        ...deps,
        gateway,
        blobs,
        criteria: 'guideline',
        otherPictures: others,
        ...(prior === undefined || pluginOf(name).plugin.usesPrior !== true ? {} : { prior }),
        ...(sampling === undefined ? {} : { sampling }),
        ...(options.confidence ? { confidence: true } : {}),
      });
      try {
        const summary = await executeRun({
          benchmark: source,
          reader,
          store,
          openCase: async () => undefined,
          format: 'mc',
          repeats: options.repeats ?? 1,
          seed: chosen.seed,
          settings: { release, ...strategySettings(deps, options) },
          progress: options.progress,
          signal: options.signal,
          ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
          ...(options.limit === undefined ? {} : { limit: options.limit }),
          ...(options.only === undefined || options.only.length === 0 ? {} : { only: options.only }),
          ...(options.resume === undefined ? {} : { resume: options.resume }),
          ...(options.retry === undefined ? {} : { retry: options.retry }),
        });
        summaries.push(summary);
        onRun(summary);
        await remarkReasons(summary, store, options);
      } finally {
        await reader.close?.();
      }
    }
    return summaries;
  } finally {
    await close();
    await data.close?.();
  }
}

/** Throws `bad-argument` where nothing is chosen: a wrong folder or facet, not a run of no question. */
async function checkAny(plugin: PublishedBenchmark, data: DataRoot, options: RecordOptions): Promise<void> {
  for await (const _ of chosenRecords(plugin, data, options)) return;
  throw new OverreadError(
    'bad-argument',
    options.facets === undefined
      ? `There is no item of ${plugin.id} at "${basename(data.path)}"${options.split === undefined ? '' : ` in the split "${options.split}"`}: "overread data check ${plugin.id} PATH" says what is missing.`
      : `No item of ${plugin.id} has these facets: "overread data facets ${plugin.id} PATH" counts what there is.`,
  );
}

export interface OutputScoreOptions {
  readonly benchmark: string;
  /** The authors' output files, or a file of ids and replies with `data`. */
  readonly path: string;
  readonly data?: string;
  readonly mode?: string;
  readonly split?: string;
  readonly facets?: Readonly<Record<string, readonly string[]>>;
  readonly columns?: Readonly<Record<string, string>>;
  readonly protocols: readonly Protocol[];
  readonly seed: string;
  readonly judge?: Judge;
  readonly signal: AbortSignal;
}

/** How a file of replies met the items. */
interface Found {
  items: number;
  replied: number;
  example?: string;
}

/** Counts what has a reply. Ids that meet no item at all are a mistake, not 0 %. Throws `bad-argument`. */
async function* counted<T extends { readonly record: { readonly item: { readonly id: string } } }>(
  records: AsyncIterable<T>,
  byId: ReadonlyMap<string, string>,
  found: Found,
): AsyncGenerator<T> {
  for await (const each of records) {
    found.items++;
    found.example ??= each.record.item.id;
    if (byId.has(each.record.item.id)) found.replied++;
    yield each;
  }
  const [first] = byId.keys();
  if (found.items > 0 && found.replied === 0)
    throw new OverreadError(
      'bad-argument',
      first === undefined
        ? 'The file holds no reply: give lines of {"id", "prediction"}.'
        : `No reply is to one of the ${found.items} items chosen: ids there look like "${found.example}", in the file like "${first}".`,
    );
}

function notesOn({ items, replied }: Found, byId: ReadonlyMap<string, string> | undefined): string[] {
  if (byId === undefined) return [];
  const unknown = byId.size - replied;
  return [
    ...(replied < items ? [`${items - replied} of ${items} items have no reply and count as failed.`] : []),
    ...(unknown > 0 ? [`Replies that meet none of the items chosen and were left out: ${unknown}.`] : []),
  ];
}

/** Scores outputs of another harness under each protocol. Errors: `bad-argument`, and those of the release. */
export async function scoredOutputs(given: OutputScoreOptions): Promise<PublishedReport[]> {
  const plugin = publishedPlugin(given.benchmark);
  const chosen = recordOptions(plugin, given);
  const data = await openDataAt(given.data ?? given.path, plugin.card.files, given.signal);
  const outputs = plugin.outputs?.bind(plugin);
  if (given.data === undefined && outputs === undefined)
    throw new OverreadError(
      'bad-argument',
      `${plugin.id} scores replies beside its release: name that with --data, and a file of {"id", "prediction"} lines.`,
    );
  const byId =
    given.data === undefined
      ? undefined
      : new Map(
          readForeign(await readText(given.path)).map(({ qid, prediction }) => [qid, prediction] as const),
        );
  const contentHash = await fingerprint(plugin.id, data, chosen);
  const reports: PublishedReport[] = [];
  for (const protocol of given.protocols) {
    const found: Found = { items: 0, replied: 0 };
    const replies =
      byId === undefined
        ? outputs?.(data, chosen)
        : counted(besideRecords(plugin, data, chosen, byId), byId, found);
    if (replies === undefined) continue;
    const report = await scoreReplies({
      plugin,
      contentHash,
      options: chosen,
      protocol,
      reader: basename(given.path),
      replies,
      seed: given.seed,
      ...(given.judge === undefined ? {} : { judge: given.judge }),
    });
    reports.push({ ...report, notes: [...report.notes, ...notesOn(found, byId)] });
  }
  if (reports[0]?.benchmark.items === 0)
    throw new OverreadError(
      'bad-argument',
      `"${basename(given.path)}" holds no output of ${plugin.id}: check the path.`,
    );
  await data.close?.();
  return reports;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new OverreadError('file-not-found', `${basename(path)} cannot be read (${messageOf(cause)}).`, {
      cause,
    });
  }
}

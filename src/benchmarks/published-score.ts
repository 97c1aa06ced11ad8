// Reads of a published benchmark to its report: each reply measured once, then metrics, facets, baselines and pairs.

import { random } from '../domain/random.ts';
import type { MetricCell, Protocol, PublishedReader, PublishedReport } from '../domain/report.ts';
import type { RunRecord } from '../domain/run.ts';
import type { ScoringRow } from '../domain/scoring-row.ts';
import type { DataRoot } from '../records/source.ts';
import { type CellOptions, type MeasuredItem, metricCells, metricPair } from '../scoring/metric-cells.ts';
import { wordsOf } from '../scoring/score.ts';
import { type LeftOut, leaveOut, type SampleItem } from '../scoring/statistics/left-out.ts';
import { chosenRecords } from './chosen-records.ts';
import type {
  Judge,
  PublishedBenchmark,
  PublishedItem,
  PublishedRecord,
  RecordOptions,
  Reply,
  TrainReplies,
} from './published.ts';

export interface PublishedScoreOptions {
  readonly plugin: PublishedBenchmark;
  readonly data: DataRoot;
  readonly contentHash: string;
  readonly options: RecordOptions;
  readonly runs: readonly { readonly run: RunRecord; readonly rows: readonly ScoringRow[] }[];
  readonly protocol: Protocol;
  readonly judge?: Judge;
  /** Reader or run id with which the others are compared; absent: every pair. */
  readonly baseline?: string;
  readonly seed?: string;
  readonly resamples?: number;
}

/** A reader's measured reads, with what facets they belong to. */
interface Track {
  readonly reader: string;
  readonly runId: string | null;
  readonly measured: MeasuredItem<unknown>[];
  readonly facets: Readonly<Record<string, string>>[];
  readonly cost: PublishedReader['cost'];
}

/**
 * Scores runs of a published benchmark, and its trivial baselines on the same items (those that some run was asked;
 * all items when there is no run). References are read here and nowhere else.
 */
export async function scorePublished(given: PublishedScoreOptions): Promise<PublishedReport> {
  const { plugin, data, options, protocol, judge } = given;
  const seed = given.seed ?? '0';
  const rowsByItem = given.runs.map(({ rows }) => Map.groupBy(rows, (row) => row.questionId));
  const tracks: Track[] = given.runs.map(({ run, rows }) => ({
    reader: run.reader,
    runId: run.id,
    measured: [],
    facets: [],
    cost: costOf(rows),
  }));
  const trivial = plugin.baselines.map(
    ({ id }): Track => ({ reader: id, runId: null, measured: [], facets: [], cost: null }),
  );
  const train = await trainReplies(plugin, data, options);
  const unjudged = { protocol, mode: options.mode };
  const work = inParallel(judge === undefined ? 1 : JUDGED_AT_ONCE);
  /** Judges are asked about readers only: a baseline's replies would cost as much again. */
  const measure = async (track: Track, record: PublishedRecord<unknown>, reply: Reply) => {
    const { id: questionId, patientId: cluster } = record.item;
    const at = track.measured.push({ questionId, cluster, outcome: 'unsupported', item: null }) - 1;
    track.facets.push(facetsOf(plugin, record.item));
    if (reply.status === 'unsupported') return;
    const own = judge === undefined || track.runId === null ? unjudged : { ...unjudged, judge };
    await work.add(async () => {
      track.measured[at] = { questionId, cluster, ...(await plugin.measure(record, reply, own)) };
    });
  };
  let items = 0;
  const patients = new Set<string>();
  for await (const record of chosenRecords(plugin, data, options)) {
    const rows = rowsByItem.map((byItem) => byItem.get(record.item.id));
    if (rows.length > 0 && rows.every((found) => found === undefined)) continue;
    items++;
    patients.add(record.item.patientId);
    for (const [at, found] of rows.entries())
      for (const row of found ?? [])
        await measure(tracks[at], record, {
          text: row.status === 'failed' ? '' : wordsOf(row),
          status: row.status,
        });
    for (const [at, { id, reply }] of plugin.baselines.entries()) {
      const draw = random(seed, 'baseline', id, record.item.id);
      const text = reply(record.item, train, () => draw.next());
      await measure(trivial[at], record, { text, status: 'answered' });
    }
  }
  await work.done();
  return reportOf(given, { tracks, trivial, items, patients: patients.size }, notesOf(given, tracks, items));
}

/** Replies that are judged at once; the gateway sends as many as the endpoint bears. */
const JUDGED_AT_ONCE = 16;

/** Work of which so much goes on at once; the first failure comes out of the next call. */
function inParallel(width: number) {
  const going = new Set<Promise<void>>();
  return {
    async add(task: () => Promise<void>): Promise<void> {
      const own = task().then(() => {
        going.delete(own);
      });
      // A failure is thrown to whoever waits; the others that fail after it are not unhandled.
      own.catch(() => {});
      going.add(own);
      if (going.size >= width) await Promise.race(going);
    },
    async done(): Promise<void> {
      await Promise.all(going);
    },
  };
}

interface Tracks {
  readonly tracks: readonly Track[];
  readonly trivial: readonly Track[];
  readonly items: number;
  readonly patients: number;
}

type ReportOptions = Omit<PublishedScoreOptions, 'data' | 'runs'>;

function reportOf(given: ReportOptions, measured: Tracks, notes: string[]): PublishedReport {
  const { plugin, options, protocol } = given;
  const { tracks, trivial, items, patients } = measured;
  const metrics = plugin.metrics(protocol, options.mode);
  const cellOptions = {
    protocol,
    seed: given.seed ?? '0',
    ...(given.resamples === undefined ? {} : { resamples: given.resamples }),
  };
  const reported = (track: Track): PublishedReader => ({
    reader: track.reader,
    runId: track.runId,
    overall: metricCells(track.measured, metrics, cellOptions),
    facets: {
      ...facetCells(track, (rows) => metricCells(rows, metrics, cellOptions)),
      ...breakdownCells(given, track, cellOptions),
    },
    cost: track.cost,
  });
  const readers = tracks.map(reported);
  // A release may hold nothing that the main metric is about (boxes only, or no judge): then the first that it has.
  const defined = metrics.findIndex((_, at) => readers.every(({ overall }) => overall[at].score !== null));
  const compared = metrics[Math.max(0, defined)];
  return {
    benchmark: {
      id: plugin.id,
      title: plugin.paper.title,
      mode: options.mode,
      contentHash: given.contentHash,
      items,
      patients,
    },
    protocol,
    card: cardOf(plugin),
    readers,
    baselines: trivial.map(reported),
    pairs: pairsOf(tracks, given.baseline).map(([a, b]) =>
      metricPair(
        { reader: nameAmong(tracks, a), rows: a.measured },
        { reader: nameAmong(tracks, b), rows: b.measured },
        compared,
        cellOptions,
      ),
    ),
    notes,
  };
}

function cardOf({ card, paper }: PublishedBenchmark): NonNullable<PublishedReport['card']> {
  const { source, url, licence, access, format } = card;
  const at = paper.url ?? (paper.arxiv === undefined ? undefined : `https://arxiv.org/abs/${paper.arxiv}`);
  return {
    source,
    ...(url === undefined ? {} : { url }),
    ...(at === undefined ? {} : { paper: at }),
    licence,
    access,
    format,
  };
}

/** A reader's name, with its run where two runs share one. */
function nameAmong(tracks: readonly Track[], { reader, runId }: Track): string {
  return tracks.filter((track) => track.reader === reader).length > 1 ? `${reader} (${runId})` : reader;
}

export interface ReplyScoreOptions extends ReportOptions {
  /** Whose replies they are, for the report. */
  readonly reader: string;
  readonly replies: AsyncIterable<{ readonly record: PublishedRecord<unknown>; readonly reply: Reply }>;
}

/** Scores replies that another harness wrote, each beside its record. */
export async function scoreReplies(given: ReplyScoreOptions): Promise<PublishedReport> {
  const { plugin, options, protocol, judge, reader } = given;
  const track: Track = { reader, runId: null, measured: [], facets: [], cost: null };
  const measureOptions = { protocol, mode: options.mode, ...(judge === undefined ? {} : { judge }) };
  const work = inParallel(judge === undefined ? 1 : JUDGED_AT_ONCE);
  const patients = new Set<string>();
  for await (const { record, reply } of given.replies) {
    const { id: questionId, patientId: cluster } = record.item;
    patients.add(cluster);
    const at = track.measured.push({ questionId, cluster, outcome: 'unsupported', item: null }) - 1;
    track.facets.push(facetsOf(plugin, record.item));
    if (reply.status !== 'unsupported')
      await work.add(async () => {
        const measured = await plugin.measure(record, reply, measureOptions);
        track.measured[at] = { questionId, cluster, ...measured };
      });
  }
  await work.done();
  const measured = { tracks: [track], trivial: [], items: track.measured.length, patients: patients.size };
  return reportOf(given, measured, licenceNotes(given));
}

/**
 * Replies by item id put beside a release's records. Items without a reply are failed reads: leaving them out would
 * let a harness choose its questions.
 */
export async function* besideRecords(
  plugin: PublishedBenchmark,
  data: DataRoot,
  options: RecordOptions,
  replies: ReadonlyMap<string, string>,
): AsyncGenerator<{ record: PublishedRecord<unknown>; reply: Reply }> {
  for await (const record of chosenRecords(plugin, data, options)) {
    const text = replies.get(record.item.id);
    yield {
      record,
      reply: text === undefined ? { text: '', status: 'failed' } : { text, status: 'answered' },
    };
  }
}

function costOf(rows: readonly ScoringRow[]): NonNullable<PublishedReader['cost']> {
  const sum = (of: (row: ScoringRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    usd: rows.some((row) => row.costUsd !== undefined) ? sum((row) => row.costUsd ?? 0) : null,
    inputTokens: sum((row) => row.inputTokens),
    outputTokens: sum((row) => row.outputTokens),
    seconds: sum((row) => row.milliseconds) / 1000,
    requests: sum((row) => row.requests),
  };
}

function facetsOf(plugin: PublishedBenchmark, item: PublishedItem): Record<string, string> {
  const found: Record<string, string> = { stage: item.stage, split: item.split };
  for (const name of plugin.facets) {
    const value = name === 'type' ? item.type : item.facets?.[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** Cells by facet; a facet with one value would only repeat the whole. */
function facetCells(
  { measured, facets }: Track,
  cells: (rows: readonly MeasuredItem<unknown>[]) => MetricCell[],
): Record<string, Record<string, MetricCell[]>> {
  const names = new Set(facets.flatMap((facet) => Object.keys(facet)));
  const found: Record<string, Record<string, MetricCell[]>> = {};
  for (const name of names) {
    const byValue = Map.groupBy(
      measured
        .map((row, at) => ({ row, value: facets[at][name] }))
        .filter(({ value }) => value !== undefined),
      ({ value }) => value,
    );
    if (byValue.size < 2) continue;
    found[name] = Object.fromEntries(
      [...byValue]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([value, rows]) => [value, cells(rows.map(({ row }) => row))]),
    );
  }
  return found;
}

/** Cells of the facets that the benchmark cuts itself; one value would only repeat the whole. */
function breakdownCells(
  { plugin, protocol, options }: ReportOptions,
  { measured }: Track,
  cellOptions: CellOptions,
): Record<string, Record<string, MetricCell[]>> {
  const items = measured.flatMap(({ item }) => (item === null ? [] : [item]));
  const facets = plugin.breakdowns?.(items, protocol, options.mode) ?? {};
  const several = Object.entries(facets).filter(([, values]) => Object.keys(values).length > 1);
  return Object.fromEntries(
    several.map(([facet, values]) => [
      facet,
      Object.fromEntries(
        Object.entries(values).map(([value, { holds, metrics }]) => {
          const rows = measured.filter(({ item }) => item !== null && holds(item));
          return [value, metricCells(rows, metrics, cellOptions)];
        }),
      ),
    ]),
  );
}

function pairsOf(tracks: readonly Track[], baseline: string | undefined): [Track, Track][] {
  const named = tracks.find((track) => track.reader === baseline || track.runId === baseline);
  if (named !== undefined) return tracks.filter((track) => track !== named).map((track) => [track, named]);
  return tracks.flatMap((a, at) => tracks.slice(at + 1).map((b): [Track, Track] => [a, b]));
}

function licenceNotes({
  plugin,
  protocol,
  options,
  judge,
}: Pick<ReportOptions, 'plugin' | 'protocol' | 'options' | 'judge'>): string[] {
  const notes: string[] = [];
  if (plugin.card.format === 'unverified')
    notes.push('The release format could not be verified: columns were taken as the data card says.');
  if (judge !== undefined) notes.push(`Judged by ${judge.id}; trivial baselines are not judged.`);
  else if (plugin.judgedModes?.includes(options.mode))
    notes.push('No judge was named, so what a judge scores is missing: name one with --judge.');
  if (protocol === 'published') notes.push(...plugin.card.faults.map((fault) => `As published: ${fault}`));
  return notes;
}

function notesOf(given: PublishedScoreOptions, tracks: readonly Track[], items: number): string[] {
  const short = given.runs.flatMap(({ run }, at) => {
    const distinct = new Set(tracks[at].measured.map(({ questionId }) => questionId)).size;
    return distinct < items ? [`${run.reader} read ${distinct} of ${items} items.`] : [];
  });
  return [...licenceNotes(given), ...short];
}

/** What the training split's oracle replies say, by question type; the item's own patient is left out. */
export async function trainReplies(
  plugin: PublishedBenchmark,
  data: DataRoot,
  options: RecordOptions,
): Promise<TrainReplies> {
  const samples = new Map<string, SampleItem[]>();
  if (plugin.baselines.some((baseline) => baseline.usesTraining === true))
    for await (const record of chosenRecords(plugin, data, { ...options, split: undefined })) {
      const { item } = record;
      if (item.split !== 'train') continue;
      const sample = samples.get(item.type) ?? [];
      sample.push({ patientId: item.patientId, label: plugin.oracle(record, options.mode) });
      samples.set(item.type, sample);
    }
  const pools = new Map([...samples].map(([type, sample]) => [type, leaveOut(sample)]));
  const left = (item: PublishedItem): LeftOut | undefined => pools.get(item.type)?.(item.patientId);
  return { mostFrequent: (item) => left(item)?.mode() };
}

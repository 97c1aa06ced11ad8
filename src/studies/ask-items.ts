// Items of a published benchmark asked in any wording: each reply is cached by the gateway, so a study goes on where it stopped.
import { chosenRecords } from '../benchmarks/chosen-records.ts';
import type { Judge, PublishedBenchmark, PublishedRecord, RecordOptions } from '../benchmarks/published.ts';
import { questionOf } from '../benchmarks/published-source.ts';
import { OverreadError } from '../domain/errors.ts';
import { formatOf, type Question } from '../domain/question.ts';
import type { ReadOutcome, ReadStatus, Usage } from '../domain/read.ts';
import type { Reader, ReadTask } from '../domain/reader.ts';
import type { Protocol } from '../domain/report.ts';
import type { DataRoot } from '../records/source.ts';
import type { MeasuredItem } from '../scoring/metric-cells.ts';
import { wordsOf } from '../scoring/score.ts';
import type { BlobStore } from '../storage/blobs.ts';

/** A record with the question that a reader is asked, its pictures stored. */
export interface LoadedItem {
  readonly record: PublishedRecord<unknown>;
  readonly question: Question;
}

/** A question as it is put, and whose solved items it shows: they are linked to the reply, so that a purge finds it. */
export interface Worded {
  readonly question: Question;
  readonly demonstrated?: ReadTask['demonstrated'];
}

/** How items are put to a reader. */
export type Wording = (item: LoadedItem) => Worded;

/** Items in their released words. */
export const asReleased: Wording = ({ question }) => ({ question });

/** One item asked and measured, and what it cost. `item` holds the benchmark's statistics of the reply. */
export interface AskedItem extends MeasuredItem<unknown> {
  readonly reply: string;
  readonly status: ReadStatus;
  /** Why it failed, was refused or is not supported. */
  readonly reason: string | undefined;
  readonly usage: Usage;
  /** Requests sent for it: 0 when the reply was in the cache. */
  readonly requests: number;
  /** US dollars spent now; undefined when the model has no price. */
  readonly costUsd: number | undefined;
  readonly cached: boolean;
}

export interface AskOptions {
  readonly plugin: PublishedBenchmark;
  /** Made by `createReader`; any reader over the gateway, or one by itself. */
  readonly reader: Reader;
  readonly mode: string;
  readonly protocol: Protocol;
  readonly judge?: Judge;
  readonly seed: string;
  /** Tells equal requests apart that want replies of their own. Default 0. */
  readonly repeat?: number;
  /** Default: as released. */
  readonly wording?: Wording;
  /** Items under way at once; the gateway's own limits hold besides. Default 16. */
  readonly concurrency?: number;
  readonly signal: AbortSignal;
  readonly onItem?: (asked: AskedItem) => void;
}

/** Every record that the options choose; pictures stay in the release until `loadItems`. */
export async function collectRecords(
  plugin: PublishedBenchmark,
  data: DataRoot,
  options: RecordOptions,
): Promise<PublishedRecord<unknown>[]> {
  const found: PublishedRecord<unknown>[] = [];
  for await (const record of chosenRecords(plugin, data, options)) found.push(record);
  return found;
}

/** Stores the pictures of records, so that they can be asked. */
export async function loadItems(
  records: readonly PublishedRecord<unknown>[],
  blobs: BlobStore,
): Promise<LoadedItem[]> {
  const loaded: LoadedItem[] = [];
  for (const record of records) loaded.push({ record, question: await questionOf(record.item, blobs) });
  return loaded;
}

/**
 * Asks items and measures the replies, in the order given. A read that fails counts as the protocol says; what
 * concerns all of them (budget, trust, credentials, a stopped run) is thrown.
 */
export async function askItems(items: readonly LoadedItem[], options: AskOptions): Promise<AskedItem[]> {
  const asked = new Array<AskedItem>(items.length);
  let next = 0;
  let stopped = false;
  const work = async (): Promise<void> => {
    while (!stopped && next < items.length) {
      const at = next++;
      try {
        if (options.signal.aborted) throw stoppedStudy(options.signal);
        asked[at] = await askOne(items[at], options);
        options.onItem?.(asked[at]);
      } catch (error) {
        stopped = true;
        throw error;
      }
    }
  };
  const workers = Math.min(options.concurrency ?? 16, items.length);
  const ended = await Promise.allSettled(Array.from({ length: workers }, work));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return asked;
}

function stoppedStudy({ reason }: AbortSignal): OverreadError {
  return new OverreadError(
    'cancelled',
    'The study was stopped: run the same command to go on, earlier replies come from the cache.',
    { cause: reason },
  );
}

async function askOne(item: LoadedItem, options: AskOptions): Promise<AskedItem> {
  const { record } = item;
  const { question, demonstrated = [] } = (options.wording ?? asReleased)(item);
  const repeat = options.repeat ?? 0;
  const outcome = await options.reader.read({
    question,
    case: { id: question.caseId, patientId: question.patientId },
    format: formatOf(question, 'mc'),
    repeat,
    seed: `${options.seed}/${question.id}/${repeat}`,
    access: undefined,
    ...(demonstrated.length === 0 ? {} : { demonstrated }),
    signal: options.signal,
  });
  const measured = await measureReply(record, outcome, options);
  const { status, reason, usage, requests, costUsd, cached } = outcome;
  return { ...measured, reply: outcome.raw, status, reason, usage, requests, costUsd, cached };
}

/** A reply to a record under the options' mode and protocol. */
export async function measureReply(
  record: PublishedRecord<unknown>,
  outcome: Pick<ReadOutcome, 'raw' | 'status' | 'answer'>,
  { plugin, mode, protocol, judge }: Pick<AskOptions, 'plugin' | 'mode' | 'protocol' | 'judge'>,
): Promise<MeasuredItem<unknown>> {
  const { id: questionId, patientId: cluster } = record.item;
  if (outcome.status === 'unsupported') return { questionId, cluster, outcome: 'unsupported', item: null };
  const text = outcome.status === 'failed' ? '' : wordsOf(outcome);
  const measured = await plugin.measure(
    record,
    { text, status: outcome.status },
    { protocol, mode, ...(judge === undefined ? {} : { judge }) },
  );
  return { questionId, cluster, ...measured };
}

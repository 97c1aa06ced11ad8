// The run engine: asks a reader every question of a benchmark and keeps each read durably, whatever happens.

import { failure } from '../agents/outcome.ts';
import type { CaseRecord } from '../domain/case.ts';
import { OverreadError } from '../domain/errors.ts';
import { type Progress, silent } from '../domain/progress.ts';
import type { Question } from '../domain/question.ts';
import { emptyOutcome, type Read, type ReadOutcome, type ReadStatus } from '../domain/read.ts';
import type { Reader } from '../domain/reader.ts';
import type { QuestionFormat, RunRecord } from '../domain/run.ts';
import type { CaseAccess, ToolMode } from '../domain/tool.ts';
import type { BenchmarkFolder } from '../questions/benchmark-folder.ts';
import type { Store } from '../storage/store.ts';
import { runLanes } from './lanes.ts';
import { openCases } from './open-cases.ts';
import { type Asked, leftToAsk, readKey, type Selection, selected } from './plan.ts';
import { openRun } from './run-record.ts';
import { graceful } from './stopping.ts';

export interface RunOptions extends Selection {
  readonly benchmark: BenchmarkFolder;
  readonly reader: Reader;
  readonly store: Store;
  /** Opens a case's files for the reader's mode; undefined when they are not on this machine. */
  readonly openCase: (caseId: string, mode: ToolMode) => Promise<CaseAccess | undefined>;
  /** Default "mc". */
  readonly format?: QuestionFormat;
  /** Default 1. */
  readonly repeats?: number;
  /** Default "0". */
  readonly seed?: string;
  /**
   * Questions under way at once, those included that wait for their intent to be durable or for the gateway, which
   * holds back what an endpoint cannot take. Default "auto": 128.
   */
  readonly concurrency?: number | 'auto';
  /** Cases open at once. Default 4. */
  readonly openCases?: number;
  /** Continue this run instead of beginning one. */
  readonly resume?: string;
  /** With `resume`: ask again what failed or could not be parsed. The old read stays until the new one is in. */
  readonly retry?: 'failed' | 'unparsed';
  /** Anything else that shapes the reads and belongs into the run's record. No secrets. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Statements put before a question: a rung of the ladder. */
  readonly evidenceFor?: (question: Question) => Promise<readonly string[] | undefined>;
  readonly progress?: Progress;
  /** When aborted, nothing new is asked; what is under way may finish within `graceMs`. */
  readonly signal?: AbortSignal;
  /** Default 10,000. */
  readonly graceMs?: number;
}

export interface RunSummary {
  readonly runId: string;
  readonly reader: string;
  readonly status: RunRecord['status'];
  /** Reads of the whole run by status, those of earlier sessions included. */
  readonly counts: Record<ReadStatus, number>;
  readonly planned: number;
  /** Asked in this session. */
  readonly asked: number;
  /** Requests sent again after a kill, over all sessions of the run. */
  readonly resent: number;
  /** Of this session; undefined when some price is unknown. */
  readonly costUsd: number | undefined;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly requests: number;
  readonly seconds: number;
  /** Why the run stopped, when its status is "failed" or "paused". What was committed is kept. */
  readonly error?: OverreadError;
}

interface Opened {
  readonly access: CaseAccess | undefined;
  readonly failed?: ReadOutcome;
}

const AUTO_LANES = 128;

/**
 * Runs or resumes a run. A read counts once its commit is durable; after a kill, only what was begun and never
 * committed is sent again. A bad answer, a failing tool or a failing request is a read's status; an error that
 * concerns the run (trust, credentials, store …) stops it with the status "failed", a spent budget with "paused".
 * Errors thrown: `bad-argument`, `run-unknown`, `benchmark-invalid` before anything is asked.
 */
export async function executeRun(options: RunOptions): Promise<RunSummary> {
  const { benchmark, reader, store } = options;
  const progress = options.progress ?? silent;
  const start = performance.now();
  const run = await openRun(options, () => countSelected(benchmark, options));
  const selection = selectionOf(run, options);
  const done = await store.done(run.id);
  const interrupted = new Set(await store.interrupted(run.id));
  const session = newSession(run, done);
  const cases = openCases({
    open: async (caseId): Promise<Opened> => {
      try {
        return { access: await options.openCase(caseId, reader.mode ?? 'vision') };
      } catch (error) {
        // A case that cannot be opened fails its own questions; what concerns the run is thrown on.
        return { access: undefined, failed: failure(error) };
      }
    },
    capacity: options.openCases,
  });
  const stop = graceful(options.signal, options.graceMs ?? 10_000);
  const again =
    options.retry ?? (options.resume !== undefined && options.only !== undefined ? 'all' : undefined);
  const commits = new Set<Promise<void>>();
  let broken: unknown;

  async function ask({ question, repeat, resent }: Asked): Promise<void> {
    if (resent) {
      session.resent++;
      await store.updateRun(run.id, { resent: session.resent });
    }
    const record = caseOf(benchmark, question.caseId);
    await store.begin({ runId: run.id, questionId: question.id, repeat, at: new Date().toISOString() });
    const began = performance.now();
    const evidence = await options.evidenceFor?.(question);
    const outcome = await cases.using(question.caseId, async ({ access, failed }) => {
      if (failed !== undefined) return failed;
      const missing = incapable(reader, run.format, record.imageHash !== undefined);
      if (missing !== undefined)
        return { ...emptyOutcome(), status: 'unsupported' as const, reason: missing };
      return reader.read({
        question,
        case: record,
        format: run.format,
        repeat,
        seed: `${run.seed}/${question.id}/${repeat}`,
        access,
        ...(evidence === undefined ? {} : { evidence }),
        signal: stop.signal,
      });
    });
    const read: Read = {
      ...outcome,
      milliseconds: performance.now() - began,
      runId: run.id,
      questionId: question.id,
      caseId: question.caseId,
      patientId: question.patientId,
      repeat,
      at: new Date().toISOString(),
    };
    // The lane goes on while the commit waits for company; too many open commits hold it back.
    const commit = store
      .commit(read)
      .then(() => {
        session.count(readKey(question.id, repeat), outcome);
        progress.advance(1, `${question.type}: ${outcome.status}`);
      })
      .catch((error: unknown) => {
        broken ??= error;
      })
      .finally(() => commits.delete(commit));
    commits.add(commit);
    if (commits.size > 4 * lanes) await Promise.race(commits);
    if (broken !== undefined) throw broken;
  }

  const lanes =
    options.concurrency === undefined || options.concurrency === 'auto' ? AUTO_LANES : options.concurrency;
  await store.updateRun(run.id, { status: 'running', updatedAt: new Date().toISOString() });
  progress.start(`Reading with ${reader.name}`, run.planned);
  if (again === undefined) progress.advance(Math.min(done.size, run.planned));
  try {
    await runLanes({
      items: leftToAsk(benchmark.eachQuestion(), {
        ...selection,
        repeats: run.repeats,
        done,
        interrupted,
        again,
      }),
      lanes,
      work: ask,
      stopped: () => stop.requested,
    });
  } catch (error) {
    broken ??= error;
  } finally {
    await Promise.all(commits);
    stop.release();
  }
  const ending = endOf(broken, stop.requested);
  progress.finish(ending.status);
  const closing = { status: ending.status, resent: session.resent, updatedAt: new Date().toISOString() };
  // A store that no longer writes has said so already: the error to show is the first one.
  await store.updateRun(run.id, closing).catch((error: unknown) => {
    if (broken === undefined) throw error;
  });
  return {
    runId: run.id,
    reader: reader.name,
    planned: run.planned,
    ...session.totals(),
    ...ending,
    seconds: (performance.now() - start) / 1000,
  };
}

/** What a resumed run selected when it began, unless single questions are to be asked again. */
function selectionOf(run: RunRecord, options: RunOptions): Selection {
  if (options.only !== undefined) return { only: options.only };
  const { limit, only } = run.settings as { limit?: number; only?: string[] };
  return { limit, only };
}

async function countSelected(benchmark: BenchmarkFolder, selection: Selection): Promise<number> {
  let count = 0;
  for await (const _ of selected(benchmark.eachQuestion(), selection)) count++;
  return count;
}

function caseOf(benchmark: BenchmarkFolder, caseId: string): CaseRecord {
  const record = benchmark.cases.get(caseId);
  if (record === undefined)
    throw new OverreadError(
      'benchmark-invalid',
      `cases.jsonl has no case ${caseId}: build the benchmark again or copy it anew.`,
    );
  return record;
}

/** Why a reader cannot take a question, if it cannot. */
function incapable(reader: Reader, format: QuestionFormat, hasImage: boolean): string | undefined {
  const { formats, needsImage } = reader.capabilities;
  if (!formats.includes(format)) return `${reader.name} does not answer in the "${format}" format.`;
  if (needsImage && !hasImage) return `${reader.name} needs the scan, and this case has masks only.`;
  return undefined;
}

function endOf(failure: unknown, stopRequested: boolean): Pick<RunSummary, 'status' | 'error'> {
  if (failure === undefined) return { status: stopRequested ? 'cancelled' : 'done' };
  if (OverreadError.isInstance(failure)) {
    if (failure.code === 'cancelled') return { status: 'cancelled' };
    return { status: failure.code === 'budget-exhausted' ? 'paused' : 'failed', error: failure };
  }
  return {
    status: 'failed',
    error: new OverreadError(
      'internal',
      'The reader broke off in a way that it should not: please report it.',
      {
        cause: failure,
      },
    ),
  };
}

/** Counts of the whole run, kept up as reads come in; costs of this session. */
function newSession(run: RunRecord, done: ReadonlyMap<string, ReadStatus>) {
  const counts: Record<ReadStatus, number> = {
    answered: 0,
    unparsed: 0,
    refused: 0,
    failed: 0,
    unsupported: 0,
  };
  for (const status of done.values()) counts[status]++;
  const spent = { asked: 0, costUsd: 0 as number | undefined, inputTokens: 0, outputTokens: 0, requests: 0 };
  return {
    resent: run.resent,
    count(key: string, outcome: ReadOutcome): void {
      const before = done.get(key);
      if (before !== undefined) counts[before]--;
      counts[outcome.status]++;
      spent.asked++;
      spent.inputTokens += outcome.usage.inputTokens;
      spent.outputTokens += outcome.usage.outputTokens;
      spent.requests += outcome.requests;
      if (outcome.requests > 0)
        spent.costUsd =
          spent.costUsd === undefined || outcome.costUsd === undefined
            ? undefined
            : spent.costUsd + outcome.costUsd;
    },
    totals() {
      return { counts, resent: this.resent, ...spent };
    },
  };
}

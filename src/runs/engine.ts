// The run engine: asks a reader every question of a benchmark and keeps each read durably, whatever happens.
import type { QuestionSource } from '../domain/benchmark.ts';
import { OverreadError } from '../domain/errors.ts';
import { type Progress, silent } from '../domain/progress.ts';
import type { Question } from '../domain/question.ts';
import type { Reader } from '../domain/reader.ts';
import type { QuestionFormat, RunRecord } from '../domain/run.ts';
import type { CaseAccess, ToolMode } from '../domain/tool.ts';
import type { Store } from '../storage/store.ts';
import { asker } from './ask.ts';
import { commitsOf } from './commits.ts';
import { runLanes } from './lanes.ts';
import { type Asked, leftToAsk, readKey, type Selection, selected } from './plan.ts';
import { openRun } from './run-record.ts';
import { newSession, type SessionTotals } from './session.ts';
import { graceful } from './stopping.ts';

export interface RunOptions extends Selection {
  readonly benchmark: QuestionSource;
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
   * holds back what an endpoint cannot take. Default "auto": 64, or 32 for readers that are shown the scan.
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
  readonly evidenceFor?: (question: Question) => Promise<ToldEvidence | undefined>;
  readonly progress?: Progress;
  /** When aborted, nothing new is asked; what is under way may finish within `graceMs`. */
  readonly signal?: AbortSignal;
  /** Default 10,000. */
  readonly graceMs?: number;
}

export interface ToldEvidence {
  readonly statements: readonly string[];
  /** Whose evidence it is, when it is another patient's. */
  readonly patientId?: string;
}

export interface RunSummary extends SessionTotals {
  readonly runId: string;
  readonly reader: string;
  readonly status: RunRecord['status'];
  readonly planned: number;
  readonly seconds: number;
  /** Why the run stopped, when its status is "failed" or "paused". What was committed is kept. */
  readonly error?: OverreadError;
}

const AUTO_LANES = 64;
/** A question under way may hold its pictures, up to some megabytes. */
const AUTO_LANES_WITH_IMAGES = 32;

/**
 * Runs or resumes a run. A read counts once its commit is durable; after a kill, only what was begun and never
 * committed is sent again. A bad answer, a failing tool or a failing request is a read's status; an error that
 * concerns the run (trust, credentials, store …) stops it with the status "failed", a spent budget with "paused".
 * Errors thrown: `bad-argument`, `run-unknown`, `benchmark-invalid`, `not-allowed` before anything is asked.
 */
export async function executeRun(options: RunOptions): Promise<RunSummary> {
  const { benchmark, reader, store } = options;
  const progress = options.progress ?? silent;
  const start = performance.now();
  const run = await openRun(options, () => countSelected(benchmark, options));
  const done = await store.done(run.id);
  const interrupted = new Set(await store.interrupted(run.id));
  const again = askedAgain(options);
  const session = newSession(run.resent, done);
  const stop = graceful(options.signal, options.graceMs ?? 10_000);
  const read = asker(run, options, stop.signal);
  const lanes = lanesOf(options);
  const commits = commitsOf(store, 4 * lanes, (durable) => {
    session.add(readKey(durable.questionId, durable.repeat), durable);
    progress.advance(1, durable.status);
  });

  async function ask(asked: Asked): Promise<void> {
    const { question, repeat } = asked;
    if (asked.resent) await store.updateRun(run.id, { resent: session.addResent() });
    await store.begin({ runId: run.id, questionId: question.id, repeat, at: new Date().toISOString() });
    await commits.add(await read(asked));
  }

  await store.updateRun(run.id, { status: 'running', updatedAt: new Date().toISOString() });
  progress.start(`Reading with ${reader.name}`, run.planned);
  if (again === undefined) progress.advance(Math.min(done.size, run.planned));
  let ending: Ending;
  try {
    const { repeats } = run;
    const items = leftToAsk(benchmark.eachQuestion(), {
      ...selectionOf(run, options),
      repeats,
      done,
      interrupted,
      again,
    });
    const exhausted = await runLanes({ items, lanes, work: ask, stopped: () => stop.requested });
    await commits.settled();
    ending = { status: exhausted ? 'done' : 'cancelled' };
  } catch (error) {
    // What other lanes were doing is kept as well; the first error is the one to show.
    await commits.settled().catch(() => {});
    ending = endingOf(error);
  } finally {
    stop.release();
  }
  progress.finish(ending.status);
  const totals = session.totals();
  const closing = { status: ending.status, resent: totals.resent, updatedAt: new Date().toISOString() };
  await store.updateRun(run.id, closing).catch((error: unknown) => {
    if (ending.error === undefined) throw error;
  });
  const seconds = (performance.now() - start) / 1000;
  return { runId: run.id, reader: reader.name, planned: run.planned, ...totals, ...ending, seconds };
}

function lanesOf({ concurrency = 'auto', reader }: RunOptions): number {
  if (concurrency !== 'auto') return concurrency;
  return reader.capabilities.needsImage ? AUTO_LANES_WITH_IMAGES : AUTO_LANES;
}

/** Naming questions of an earlier run means to ask them again, whatever came of them. */
function askedAgain({ retry, resume, only }: RunOptions) {
  return retry ?? (resume !== undefined && only !== undefined ? ('all' as const) : undefined);
}

/** What a resumed run selected when it began, unless single questions are to be asked again. */
function selectionOf(run: RunRecord, options: RunOptions): Selection {
  if (options.only !== undefined) return { only: options.only };
  const { limit, only } = run.settings as { limit?: number; only?: string[] };
  return { limit, only };
}

async function countSelected(benchmark: QuestionSource, selection: Selection): Promise<number> {
  if (benchmark.count !== undefined && selection.only === undefined) {
    const all = await benchmark.count();
    return Math.min(all, Math.max(0, selection.limit ?? all));
  }
  let count = 0;
  for await (const _ of selected(benchmark.eachQuestion(), selection)) count++;
  return count;
}

type Ending = Pick<RunSummary, 'status' | 'error'>;

function endingOf(error: unknown): Ending {
  if (!OverreadError.isInstance(error)) {
    const sentence = 'The reader broke off in a way that it should not: please report it.';
    return { status: 'failed', error: new OverreadError('internal', sentence, { cause: error }) };
  }
  if (error.code === 'cancelled') return { status: 'cancelled' };
  return { status: error.code === 'budget-exhausted' ? 'paused' : 'failed', error };
}

// Scores of runs for every page: computed in processes of their own, kept while the runs stay as they are.
import { OverreadError } from '../../../domain/errors.ts';
import type { Protocol } from '../../../domain/report.ts';
import type { RunRecord } from '../../../domain/run.ts';
import type { WorkbenchContext } from '../context.ts';
import { benchmarkIdOf } from '../library/library.ts';
import { bounded } from './bounded.ts';
import { bytesOf, type Marks, type QuestionTable, tableBytes } from './marks.ts';
import { scoreProcesses } from './score-processes.ts';
import type { ScoredReport, SentMarks } from './score-task.ts';

export interface ReportRequest {
  /** One benchmark's; ladder runs among them give the report its ladder. */
  readonly runs: readonly string[];
  readonly protocol: Protocol;
  /** Run with which the others are compared; absent: every pair. */
  readonly baseline?: string;
}

export interface Scores {
  /** What `overread report` says of these runs. Errors: `run-unknown`, `bad-argument`, `key-locked`, `benchmark-invalid`. */
  report(request: ReportRequest): Promise<ScoredReport>;
  /** What came of each read of a run. Errors: `run-unknown`; locked keys and lost benchmarks leave reads unscored. */
  marks(runId: string, protocol: Protocol): Promise<Marks>;
  /** The same, or undefined when it is not there after `patienceMs`; scoring goes on meanwhile. */
  marksWithin(runId: string, protocol: Protocol, patienceMs: number): Promise<Marks | undefined>;
  /** Of the processes that score. */
  pids(): number[];
}

/** Memory for marks and their tables, and for reports, in bytes. */
const MARKS_BYTES = 64 << 20;
const REPORT_BYTES = 24 << 20;
/** A run that goes on is scored again at most so often. */
const LIVE_MS = 4000;

interface Kept<T> {
  /** What the runs looked like. */
  readonly state: string;
  readonly at: number;
  /** How long scoring took: what takes long is done less often. */
  readonly took: number;
  readonly value: T;
}

const made = new WeakMap<WorkbenchContext, Scores>();

/** The scores of a workbench; every caller shares them. */
export function scoresOf(context: WorkbenchContext): Scores {
  const found = made.get(context) ?? newScores(context);
  made.set(context, found);
  return found;
}

function newScores(context: WorkbenchContext): Scores {
  const { store, storeUrl, passphrase, library } = context;
  const processes = scoreProcesses({ signal: context.signal });
  const marksKept = bounded<Kept<Marks>>(MARKS_BYTES);
  const reportsKept = bounded<Kept<ScoredReport>>(REPORT_BYTES);
  const going = new Map<string, Promise<unknown>>();

  async function runOf(id: string): Promise<RunRecord> {
    const run = await store.run(id);
    if (run !== undefined) return run;
    throw new OverreadError('run-unknown', 'The store has no such run: look at the list of runs.');
  }

  const stateOf = async ({ id, status, updatedAt }: RunRecord): Promise<string> => {
    const counts = Object.values(await store.counts(id)).reduce((sum, n) => sum + n, 0);
    return `${id} ${status} ${updatedAt} ${counts}`;
  };

  async function shared(run: RunRecord, protocol: Protocol) {
    const benchmark = await library.placeOf(benchmarkIdOf(run.benchmarkHash));
    return { store: storeUrl, protocol, benchmark, ...(passphrase === undefined ? {} : { passphrase }) };
  }

  /** What is kept, if it is of this state, or of a live run and young; else computed, once at a time. */
  async function kept<T>(
    cache: ReturnType<typeof bounded<Kept<T>>>,
    key: string,
    state: string,
    work: () => Promise<{ value: T; weight: number }>,
  ): Promise<T> {
    const old = cache.get(key);
    if (old !== undefined && (old.state === state || (isLive(state) && isYoung(old)))) return old.value;
    const begun = going.get(key) as Promise<T> | undefined;
    const from = Date.now();
    const doing =
      begun ??
      work()
        .then(({ value, weight }) => {
          cache.set(key, { state, at: Date.now(), took: Date.now() - from, value }, weight);
          return value;
        })
        .finally(() => going.delete(key));
    going.set(key, doing);
    if (old === undefined || !isLive(state)) return doing;
    // Of a run that goes on, what was just true is told at once; the next to ask hears the newer.
    doing.catch(context.onProblem);
    return old.value;
  }

  function held(): Map<string, QuestionTable> {
    return new Map([...marksKept.values()].map(({ value: { table } }) => [table.hash, table]));
  }

  async function askMarks(run: RunRecord, protocol: Protocol): Promise<{ value: Marks; weight: number }> {
    const tables = held();
    const sent = await processes.run({
      kind: 'marks',
      ...(await shared(run, protocol)),
      run: run.id,
      tables: [...tables.keys()],
    });
    const value = whole(sent, tables);
    // A shared table is weighed with everyone who holds it, so that the sum is never too small.
    return { value, weight: bytesOf(value) + tableBytes(value.table) };
  }

  const scores: Scores = {
    async report({ runs, protocol, baseline }) {
      if (runs.length === 0) throw new OverreadError('bad-argument', 'Name at least one run to report.');
      const records = await Promise.all(runs.map(runOf));
      const state = (await Promise.all(records.map(stateOf))).join('\n');
      const key = JSON.stringify(['report', runs, protocol, baseline]);
      return kept(reportsKept, key, state, async () => {
        const value = await processes.run({
          kind: 'report',
          ...(await shared(records[0], protocol)),
          runs,
          ...(baseline === undefined ? {} : { baseline }),
        });
        return { value, weight: 2 * JSON.stringify(value).length };
      });
    },
    async marks(runId, protocol) {
      const run = await runOf(runId);
      const key = JSON.stringify(['marks', runId, protocol]);
      return kept(marksKept, key, await stateOf(run), () => askMarks(run, protocol));
    },
    async marksWithin(runId, protocol, patienceMs) {
      let timer: NodeJS.Timeout | undefined;
      const scoring = scores.marks(runId, protocol);
      // Whoever asks again hears of a failure; nobody may be listening any more now.
      scoring.catch(() => {});
      const late = new Promise<undefined>((resolve) => {
        timer = setTimeout(() => resolve(undefined), patienceMs);
      });
      try {
        return await Promise.race([scoring, late]);
      } finally {
        clearTimeout(timer);
      }
    },
    pids: () => processes.pids(),
  };
  return scores;
}

const isLive = (state: string): boolean => / running /.test(state);

/** Only of a run that goes on: every read changes its state. */
const isYoung = ({ at, took, state }: Kept<unknown>): boolean =>
  isLive(state) && Date.now() - at < Math.max(LIVE_MS, 4 * took);

function whole({ table, ...marks }: SentMarks, tables: ReadonlyMap<string, QuestionTable>): Marks {
  const found = table.whole ?? tables.get(table.hash);
  if (found !== undefined) return { ...marks, table: found };
  throw new OverreadError('internal', 'The scoring process left out what was asked for: ask again.');
}

// The runs of a store as rows of a table: counted in one query, with their pace while they read.
import { OverreadError } from '../../../domain/errors.ts';
import type { RunRecord } from '../../../domain/run.ts';
import { ownerOf } from '../../../runs/run-owner.ts';
import type { RunTally } from '../../../storage/store.ts';
import type { WorkbenchContext } from '../context.ts';
import { benchmarkIdOf } from '../library/library.ts';
import type { RunRow, ShownStatus } from '../shapes/runs.ts';
import { newPace } from './pace.ts';
import { isPerson, type RunJobs } from './run-jobs.ts';

export interface RunRows {
  /** Newest first. */
  list(): Promise<RunRow[]>;
  /** Throws `run-unknown`. */
  one(id: string): Promise<RunRow>;
}

const NONE: RunTally = {
  counts: { answered: 0, unparsed: 0, refused: 0, failed: 0, unsupported: 0 },
  costUsd: 0,
  inputTokens: 0,
  outputTokens: 0,
};

/** `updatedAt` is set as a session begins; in the first one it is as old as the run. */
const SAME_MOMENT_MS = 10_000;
const LEAST_MS = 2000;

export function newRunRows(
  { store, library }: Pick<WorkbenchContext, 'store' | 'library'>,
  jobs: Pick<RunJobs, 'isStopping' | 'isTaken' | 'noteOf'>,
): RunRows {
  const pace = newPace();
  let kept: { readonly at: string; readonly tallies: Map<string, RunTally> } | undefined;

  async function tallies(): Promise<Map<string, RunTally>> {
    const at = store.changes();
    if (kept?.at !== at) kept = { at, tallies: await store.tallies() };
    return kept.tallies;
  }

  function perMinute(run: RunRecord, reads: number): number | null {
    pace.note(run.id, reads);
    const seen = pace.perMinute(run.id);
    if (seen !== undefined) return seen;
    const began = Date.parse(run.createdAt);
    const took = Date.now() - began;
    if (Date.parse(run.updatedAt) - began > SAME_MOMENT_MS || took < LEAST_MS) return null;
    return (reads * 60_000) / took;
  }

  function rowOf(run: RunRecord, tally: RunTally, name: string, available: boolean): RunRow {
    const status = statusOf(run);
    const taken = jobs.isTaken(run.id);
    const stopping = jobs.isStopping(run.id);
    const reads = Object.values(tally.counts).reduce((sum, n) => sum + n, 0);
    const left = Math.max(0, run.planned - reads);
    let rate: number | null = null;
    if (status === 'running') rate = perMinute(run, reads);
    else pace.forget(run.id);
    const { problem, maxCost } = jobs.noteOf(run.id);
    const stopped = status === 'failed' || status === 'paused';
    const person = isPerson(run);
    // Of a process on another machine nothing can be asked.
    const reachable = status === 'running' && ['alive', 'none'].includes(ownerOf(run));
    const over = !taken && !person;
    return {
      id: run.id,
      reader: run.reader,
      benchmark: { id: benchmarkIdOf(run.benchmarkHash), name, available },
      format: run.format,
      repeats: run.repeats,
      seed: run.seed,
      status,
      planned: run.planned,
      counts: tally.counts,
      resent: run.resent,
      costUsd: tally.costUsd,
      inputTokens: tally.inputTokens,
      outputTokens: tally.outputTokens,
      perMinute: rate,
      etaSeconds: rate === null || rate <= 0 ? null : (left / rate) * 60,
      kind: person ? 'person' : run.settings.ladder === undefined ? 'run' : 'ladder',
      ...(problem === undefined || !stopped ? {} : { problem }),
      ...(maxCost === undefined ? {} : { maxCost }),
      can: {
        pause: !person && !stopping && reachable,
        resume: over && available && status !== 'running' && status !== 'done',
        cancel: !person && !stopping && (reachable || ['paused', 'interrupted'].includes(status)),
        retry:
          over && available && status === 'done'
            ? (['failed', 'unparsed'] as const).filter((what) => tally.counts[what] > 0)
            : [],
      },
      stopping,
      createdAt: run.createdAt,
      updatedAt: run.updatedAt,
    };
  }

  async function rows(runs: readonly RunRecord[]): Promise<RunRow[]> {
    const [counted, benchmarks] = await Promise.all([tallies(), library.list()]);
    const known = new Map(benchmarks.map((entry) => [entry.id, entry]));
    return runs.map((run) => {
      const entry = known.get(benchmarkIdOf(run.benchmarkHash));
      return rowOf(
        run,
        counted.get(run.id) ?? NONE,
        entry?.name ?? run.benchmarkName,
        entry?.available ?? false,
      );
    });
  }

  return {
    list: async () => rows(await store.runs()),
    async one(id) {
      const run = await store.run(id);
      if (run === undefined)
        throw new OverreadError('run-unknown', 'The store has no such run: look at the list of runs.');
      const [row] = await rows([run]);
      return row;
    },
  };
}

/** As the store has it, but a run whose process has gone without a word is interrupted. */
export function statusOf(run: RunRecord): ShownStatus {
  return run.status === 'running' && !isPerson(run) && ownerOf(run) === 'gone' ? 'interrupted' : run.status;
}

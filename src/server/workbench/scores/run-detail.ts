// A run's own facts, and the runs beside it that a page of it mentions.
import { OverreadError } from '../../../domain/errors.ts';
import type { RunRecord } from '../../../domain/run.ts';
import { isLadderRun } from '../../../runs/ladder-run.ts';
import { ownerOf } from '../../../runs/run-owner.ts';
import type { WorkbenchContext } from '../context.ts';
import { notesFile, runNotes } from '../jobs/run-notes.ts';
import { benchmarkIdOf } from '../library/library.ts';
import type { ShownStatus } from '../shapes/runs.ts';
import type { RunDetail } from '../shapes/scores.ts';
import { shownSettings } from './shown-settings.ts';

/** Other readers that a page compares a run with, at most. */
const MOST_PEERS = 24;

export const kindOf = (run: Pick<RunRecord, 'settings'>): RunDetail['kind'] =>
  isLadderRun(run) ? 'ladder' : run.settings.person === undefined ? 'run' : 'person';

/** A run that says "running" and whose process is gone was broken off. */
export function statusOf(run: RunRecord): ShownStatus {
  if (run.status !== 'running' || kindOf(run) === 'person') return run.status;
  return ownerOf(run) === 'gone' ? 'interrupted' : 'running';
}

/** Throws `run-unknown`. */
export async function runDetail(context: WorkbenchContext, id: string): Promise<RunDetail> {
  const { store, library } = context;
  // Newest first.
  const runs = await store.runs();
  const run = runs.find((each) => each.id === id);
  if (run === undefined)
    throw new OverreadError('run-unknown', 'The store has no such run: look at the list of runs.');
  const benchmark = (await library.list()).find(({ id: each }) => each === benchmarkIdOf(run.benchmarkHash));
  if (benchmark === undefined)
    throw new OverreadError('benchmark-invalid', 'The benchmark of this run is not known any more.');
  const kind = kindOf(run);
  const beside = runs.filter(
    (other) => other.id !== id && other.benchmarkHash === run.benchmarkHash && other.format === run.format,
  );
  const isCompanion = (other: RunRecord) =>
    other.reader === run.reader && isLadderRun(other) !== (kind === 'ladder');
  const peers = new Map<string, RunRecord>();
  for (const other of beside)
    if (other.reader !== run.reader && !isLadderRun(other) && !peers.has(other.reader))
      peers.set(other.reader, other);
  const status = statusOf(run);
  const { problem } = status === 'failed' || status === 'paused' ? runNotes(notesFile(context)).of(id) : {};
  const { reader, format, repeats, seed, planned, resent, createdAt, updatedAt, version } = run;
  return {
    ...{ id, reader, benchmark, format, repeats, seed, status, kind, planned },
    counts: await store.counts(id),
    ...{ resent, createdAt, updatedAt, version },
    ...(problem === undefined ? {} : { problem }),
    settings: shownSettings(run.settings),
    companions: beside.filter(isCompanion).map(brief),
    peers: [...peers.values()].slice(0, MOST_PEERS).map(brief),
  };
}

const brief = (run: RunRecord) => ({
  id: run.id,
  reader: run.reader,
  status: statusOf(run),
  createdAt: run.createdAt,
});

/** The run with its newest ladder: what the report of a run's page is of. */
export async function withLadder({ store }: WorkbenchContext, id: string): Promise<string[]> {
  const runs = await store.runs();
  const run = runs.find((each) => each.id === id);
  if (run === undefined || isLadderRun(run)) return [id];
  const ladder = runs.find(
    (other) =>
      isLadderRun(other) &&
      other.reader === run.reader &&
      other.benchmarkHash === run.benchmarkHash &&
      other.format === run.format,
  );
  return ladder === undefined ? [id] : [id, ladder.id];
}

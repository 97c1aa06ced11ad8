// Runs as processes of their own: begun, taken up again, paused and cancelled, whoever began them.
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { OverreadError } from '../../../domain/errors.ts';
import type { RunRecord } from '../../../domain/run.ts';
import { interruptOwner, ownerOf } from '../../../runs/run-owner.ts';
import type { WorkbenchContext } from '../context.ts';
import type { JobRow } from '../shapes/jobs.ts';
import type { NewRuns, ResumeRun } from '../shapes/runs.ts';
import { childEnvironment, endOf, problemIn, stopChild } from './child.ts';
import { entryFor, type ReaderCatalogue, readReaders } from './reader-catalogue.ts';
import { checkOptions, newRunArguments, resumeArguments } from './run-arguments.ts';
import { notesFile, type RunNote, runNotes } from './run-notes.ts';

/** How often the store is asked whether a new process has written its run down. */
const LOOK_MS = 100;
/** How long a process of somebody else may take to stop before its run is left as it is. */
const PATIENCE_MS = 60_000;
const LOG_TAIL = 8192;
const LOG_KEPT_MS = 7 * 24 * 3600_000;

export type StopAs = 'paused' | 'cancelled';

export interface RunJobs {
  /** Who can read; asked of the command line once. */
  catalogue(): Promise<ReaderCatalogue>;
  /** A job for each reader. Errors, before any of them begins: `reader-unknown`, `bad-argument`, and `newRunArguments`'. */
  start(wanted: NewRuns): Promise<JobRow[]>;
  /** Errors: `run-unknown`; `not-allowed` while it is being read. */
  resume(id: string, more: ResumeRun): Promise<JobRow>;
  /** Asks a run to stop after what is under way. Errors: `run-unknown`; `not-allowed` when it cannot be reached. */
  stop(id: string, as: StopAs): Promise<void>;
  /** True from the moment it was asked to stop until it has. */
  isStopping(id: string): boolean;
  /** True while a job of this server is to take it up or reads it. */
  isTaken(id: string): boolean;
  /** Why a run that was begun here stopped by itself, and what it may cost. */
  noteOf(id: string): RunNote;
}

export function newRunJobs(context: WorkbenchContext): RunJobs {
  const { store, jobs, events } = context;
  const folder = join(context.workFolder, 'runs');
  const stopping = new Map<string, StopAs>();
  const taken = new Set<string>();
  /** How processes of this server are stopped, by the run they read. */
  const own = new Map<string, (as: StopAs) => void>();
  const notes = runNotes(notesFile(context));
  removeOldLogs(folder);

  const tell = (run: string): void => events.tell({ topic: 'runs', run });

  /** The word for a run that stopped because it was asked to: the engine calls every such run cancelled. */
  async function settle(id: string): Promise<void> {
    const as = stopping.get(id);
    stopping.delete(id);
    if (as === 'paused')
      await store
        .updateRun(id, { status: 'paused' }, ({ status }) => {
          if (status !== 'cancelled') throw new OverreadError('cancelled', 'It ended by itself.');
        })
        .catch((error: unknown) => {
          if (!OverreadError.isInstance(error) || error.code !== 'cancelled') context.onProblem(error);
        });
    tell(id);
  }

  /** The run whose record names this process; an earlier one may have had the same number. */
  async function runOf(pid: number, began: number, ended: () => boolean): Promise<string | undefined> {
    for (;;) {
      const over = ended();
      const run = (await store.runs()).find(
        ({ process: owner, createdAt }) =>
          owner?.pid === pid && Date.parse(createdAt) >= began && ownerOf({ process: owner }) !== 'elsewhere',
      );
      if (run !== undefined || over) return run?.id;
      await wait(LOOK_MS);
    }
  }

  /** Reads to the end of the process. Its words go to a file, so that it outlives this server. */
  async function read(
    args: readonly string[],
    about: { readonly reader: string; readonly run?: string; readonly maxCost?: number | undefined },
    job: { readonly signal: AbortSignal; note(patch: { run: string }): void },
  ): Promise<void> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const log = join(folder, `${process.pid}-${Date.now()}-${Math.random().toString(36).slice(2)}.log`);
    const said = openSync(log, 'wx', 0o600);
    const [program, ...first] = context.command;
    const child = spawn(program, [...first, ...args], {
      detached: true,
      stdio: ['ignore', 'ignore', said],
      env: childEnvironment(context, { OVERREAD_PROGRESS: 'none' }),
    });
    closeSync(said);
    const began = Date.now();
    let over = false;
    const ended = endOf(child).finally(() => {
      over = true;
    });
    let id = about.run;
    let wanted: StopAs | undefined;
    let signalled = false;
    const halt = (as: StopAs): void => {
      wanted = as;
      if (id !== undefined) stopping.set(id, as);
      // A second signal would end it at once and lose what is under way.
      if (!signalled) stopChild(child, PATIENCE_MS);
      signalled = true;
    };
    const onAbort = (): void => halt(context.signal.aborted ? (wanted ?? 'paused') : 'cancelled');
    job.signal.addEventListener('abort', onAbort, { once: true });
    if (job.signal.aborted) onAbort();
    if (id !== undefined) own.set(id, halt);
    try {
      if (child.pid !== undefined) id ??= await runOf(child.pid, began, () => over);
      if (id !== undefined) {
        job.note({ run: id });
        taken.add(id);
        own.set(id, halt);
        notes.set(id, { problem: undefined, maxCost: about.maxCost });
        if (wanted !== undefined) stopping.set(id, wanted);
        tell(id);
      }
      const status = await ended;
      if (id !== undefined) await settle(id);
      const problem =
        status === 0 || wanted !== undefined
          ? undefined
          : (problemIn(tailOf(log), about.reader) ?? 'It ended without saying why: resume it to go on.');
      if (problem !== undefined) {
        if (id !== undefined) notes.set(id, { problem });
        throw new OverreadError('provider-failed', problem);
      }
    } finally {
      job.signal.removeEventListener('abort', onAbort);
      if (id !== undefined) {
        taken.delete(id);
        own.delete(id);
        tell(id);
      }
      rmSync(log, { force: true });
    }
  }

  async function found(id: string): Promise<RunRecord> {
    const run = await store.run(id);
    if (run !== undefined) return run;
    throw new OverreadError('run-unknown', 'The store has no such run: look at the list of runs.');
  }

  let listed: Promise<ReaderCatalogue> | undefined;
  const catalogue = (): Promise<ReaderCatalogue> => {
    listed ??= readReaders(context).catch((error: unknown) => {
      listed = undefined;
      throw error;
    });
    return listed;
  };

  return {
    catalogue,
    async start(wanted) {
      const { readers, ...rest } = wanted;
      const all = await catalogue();
      const chosen = [...new Set(readers)].map((reader) => ({ reader, entry: entryFor(all, reader) }));
      checkOptions(
        chosen.map(({ entry }) => entry),
        wanted.options,
      );
      const each: { reader: string; args: string[] }[] = [];
      for (const { reader, entry } of chosen)
        each.push({ reader, args: await newRunArguments(context, rest, reader, entry) });
      const { maxCost } = wanted;
      return each.map(({ reader, args }) =>
        jobs.add({ kind: 'run', title: reader, begin: (job) => read(args, { reader, maxCost }, job) }),
      );
    },
    async resume(id, more) {
      const run = await found(id);
      const owner = ownerOf(run);
      if (taken.has(id) || (run.status === 'running' && (owner === 'alive' || owner === 'here')))
        throw new OverreadError('not-allowed', `Run ${id} is being read: wait for it or pause it first.`);
      if (isPerson(run))
        throw new OverreadError('not-allowed', 'A person reads this run: they go on in the reading room.');
      if (run.status === 'done' && more.retry === undefined)
        throw new OverreadError('not-allowed', `Run ${id} is done: there is nothing left to ask.`);
      taken.add(id);
      tell(id);
      // The budget that it began with holds for all its sessions, unless another one is given.
      const { maxCost = notes.of(id).maxCost } = more;
      const { reader } = run;
      const { retry } = more;
      const args = resumeArguments(context, run, {
        ...(retry === undefined ? {} : { retry }),
        ...(maxCost === undefined ? {} : { maxCost }),
      });
      return jobs.add({
        kind: 'run',
        title: reader,
        run: id,
        begin: (job) => read(args, { reader, run: id, maxCost }, job).finally(() => taken.delete(id)),
      });
    },
    async stop(id, as) {
      const run = await found(id);
      if (isPerson(run))
        throw new OverreadError('not-allowed', 'A person reads this run: it is ended in the reading room.');
      const halt = own.get(id);
      if (halt !== undefined || stopping.has(id)) {
        halt?.(as);
        stopping.set(id, as);
        tell(id);
        return;
      }
      const owner = ownerOf(run);
      if (run.status !== 'running' || owner === 'gone' || owner === 'none') {
        const waiting = jobs.list().find((job) => job.run === id && job.status === 'waiting');
        if (waiting !== undefined) await jobs.remove(waiting.id);
        if (as === 'cancelled' && run.status !== 'done')
          await store.updateRun(id, { status: 'cancelled', updatedAt: new Date().toISOString() });
        tell(id);
        return;
      }
      stopping.set(id, as);
      if (!interruptOwner(run)) {
        stopping.delete(id);
        throw new OverreadError(
          'not-allowed',
          `Run ${id} is read by a process that cannot be reached from here: stop it where it was begun.`,
        );
      }
      tell(id);
      void settleOther(run);
    },
    isStopping: (id) => stopping.has(id),
    isTaken: (id) => taken.has(id),
    noteOf: notes.of,
  };

  /** Of a run that another process reads: its end is waited for. */
  async function settleOther(run: RunRecord): Promise<void> {
    const until = Date.now() + PATIENCE_MS;
    while (ownerOf(run) === 'alive' && Date.now() < until && !context.signal.aborted) await wait(LOOK_MS);
    if (!context.signal.aborted) await settle(run.id);
  }
}

/** Runs that people read in the reading room. */
export const isPerson = ({ reader }: Pick<RunRecord, 'reader'>): boolean =>
  /^(?:person|panel)\//.test(reader);

/** Of runs that outlived their server: nobody will read them. */
function removeOldLogs(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (name.endsWith('.log') && Date.now() - statSync(file).mtimeMs > LOG_KEPT_MS)
      rmSync(file, { force: true });
  }
}

function tailOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').slice(-LOG_TAIL).split('\n');
  } catch {
    return [];
  }
}

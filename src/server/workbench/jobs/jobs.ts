// What is under way and what waits: each job in its lane, so many of a lane at once, and an end for all of them.
import { randomBytes } from 'node:crypto';
import { messageOf, OverreadError } from '../../../domain/errors.ts';
import type { Events } from '../events.ts';
import type { Job, JobRow } from '../shapes/jobs.ts';

/** How many of a kind work at the same moment; the others wait in order. */
const AT_ONCE: Readonly<Record<Job['kind'], number>> = { run: 3, inspect: 2, build: 1 };
/** Ended jobs that are remembered. */
const KEPT = 100;
const TELL_MS = 200;

export type JobPatch = Partial<Pick<Job, 'progress' | 'run' | 'benchmark' | 'result' | 'title'>>;

export interface JobWork {
  readonly kind: Job['kind'];
  readonly title: string;
  /** Of a run that is taken up again. */
  readonly run?: string;
  /** Does it. `signal` is aborted when somebody stops the job or the server ends; it then resolves once all is over. */
  begin(job: { readonly signal: AbortSignal; note(patch: JobPatch): void }): Promise<void>;
}

export interface Jobs {
  /** Newest first, without results. */
  list(): JobRow[];
  /** Throws `file-not-found`. */
  get(id: string): Job;
  add(work: JobWork): JobRow;
  /** Stops one that waits or runs (resolves when it has stopped); forgets one that has ended. */
  remove(id: string): Promise<void>;
  /** Stops everything and takes nothing new. Resolves when all have stopped. */
  close(): Promise<void>;
}

interface Entry {
  job: Job;
  readonly work: JobWork;
  readonly stop: AbortController;
  ended?: Promise<void>;
}

export function newJobs(events: Pick<Events, 'tell'>, onProblem: (error: unknown) => void): Jobs {
  const entries = new Map<string, Entry>();
  const told = new Map<string, NodeJS.Timeout>();
  let closed = false;

  const tell = (id: string): void => {
    clearTimeout(told.get(id));
    told.delete(id);
    events.tell({ topic: 'jobs', job: id });
  };
  /** Progress comes many times a second; pages are told now and then. */
  const tellSoon = (id: string): void => {
    if (!told.has(id))
      told.set(
        id,
        setTimeout(() => tell(id), TELL_MS),
      );
  };
  const change = (entry: Entry, patch: Partial<Job>): void => {
    entry.job = { ...entry.job, ...patch };
  };
  const working = (kind: Job['kind']): number =>
    [...entries.values()].filter(({ job }) => job.kind === kind && job.status === 'running').length;

  function next(kind: Job['kind']): void {
    if (closed) return;
    for (const entry of entries.values()) {
      if (working(kind) >= AT_ONCE[kind]) return;
      if (entry.job.kind === kind && entry.job.status === 'waiting') entry.ended = work(entry);
    }
  }

  async function work(entry: Entry): Promise<void> {
    const { id, kind } = entry.job;
    change(entry, { status: 'running' });
    tell(id);
    let end: Partial<Job> = { status: 'done' };
    try {
      await entry.work.begin({
        signal: entry.stop.signal,
        note(patch) {
          change(entry, patch);
          tellSoon(id);
        },
      });
    } catch (error) {
      if (!OverreadError.isInstance(error)) onProblem(error);
      const problem = OverreadError.isInstance(error)
        ? messageOf(error)
        : 'This broke off in a way that it should not: look at the terminal of the workbench.';
      end = { status: 'failed', problem };
    }
    if (entry.stop.signal.aborted) end = { status: 'cancelled' };
    change(entry, { ...end, endedAt: new Date().toISOString() });
    tell(id);
    forgetOld();
    next(kind);
  }

  function forgetOld(): void {
    const ended = [...entries.values()].filter(({ job }) => job.endedAt !== undefined);
    for (const { job } of ended.slice(0, Math.max(0, ended.length - KEPT))) entries.delete(job.id);
  }

  function found(id: string): Entry {
    const entry = entries.get(id);
    if (entry !== undefined) return entry;
    throw new OverreadError(
      'file-not-found',
      'There is no such job any more: jobs are forgotten when the server ends.',
    );
  }

  async function stopOne(entry: Entry): Promise<void> {
    entry.stop.abort(new OverreadError('cancelled', 'The job was stopped.'));
    if (entry.job.status === 'waiting') {
      change(entry, { status: 'cancelled', endedAt: new Date().toISOString() });
      tell(entry.job.id);
    }
    await entry.ended;
  }

  return {
    list: () =>
      [...entries.values()]
        .map(({ job: { result: _, ...row } }) => row)
        .reverse()
        .slice(0, KEPT),
    get: (id) => found(id).job,
    add(work) {
      if (closed) throw new OverreadError('not-allowed', 'The workbench is ending: start it again.');
      if (entries.size > 10 * KEPT)
        throw new OverreadError('limit-exceeded', 'Too many jobs are waiting: let some end first.');
      const id = `j-${randomBytes(8).readBigUInt64LE().toString(36).padStart(10, '0').slice(-10)}`;
      const { kind, title, run } = work;
      const createdAt = new Date().toISOString();
      const job: Job = {
        id,
        kind,
        title,
        status: 'waiting',
        createdAt,
        ...(run === undefined ? {} : { run }),
      };
      const entry: Entry = { job, work, stop: new AbortController() };
      entries.set(id, entry);
      next(kind);
      tell(id);
      return entry.job;
    },
    async remove(id) {
      const entry = found(id);
      if (entry.job.endedAt === undefined) return stopOne(entry);
      entries.delete(id);
      tell(id);
    },
    async close() {
      closed = true;
      await Promise.all(
        [...entries.values()].filter(({ job }) => job.endedAt === undefined).map((entry) => stopOne(entry)),
      );
      for (const timer of told.values()) clearTimeout(timer);
    },
  };
}

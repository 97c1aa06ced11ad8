// Checks of methods, run as processes of their own one after the other; the last of each is kept beside the store.
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, OverreadError } from '../../../domain/errors.ts';
import type { WorkbenchContext } from '../context.ts';
import { runCommand } from '../jobs/child.ts';
import { checkResult, type MethodCheck, methodCheck, methodId } from '../shapes/methods.ts';

export interface Checks {
  /** Those that wait or run, and the last that ended of each method. */
  list(): Promise<MethodCheck[]>;
  /** Begins one, or tells of the one that is under way. Throws `limit-exceeded` when too many wait. */
  begin(id: string): Promise<MethodCheck>;
  /** Stops one that waits or runs. Throws `file-not-found`. */
  stop(id: string): Promise<void>;
}

type Context = Pick<
  WorkbenchContext,
  'command' | 'signal' | 'workFolder' | 'events' | 'version' | 'onProblem'
>;

const SEED = '0';
const MOST_WAITING = 200;
/** The longest check takes some minutes on one core. */
const LIMIT_MS = 20 * 60_000;

interface Entry {
  readonly check: MethodCheck;
  readonly stop: AbortController;
}

export function methodChecks(context: Context): Checks {
  const folder = join(context.workFolder, 'checks');
  const active = new Map<string, Entry>();
  let last: Promise<void> = Promise.resolve();

  const tell = (): void => context.events.tell({ topic: 'jobs' });
  const now = (id: string, status: MethodCheck['status'], more: Partial<MethodCheck> = {}): MethodCheck => ({
    ...{ id, status, at: new Date().toISOString(), version: context.version, seed: SEED, results: [] },
    ...more,
  });

  async function work(id: string, stop: AbortController): Promise<void> {
    const signal = AbortSignal.any([stop.signal, context.signal]);
    let end: MethodCheck;
    try {
      signal.throwIfAborted();
      active.set(id, { check: now(id, 'running'), stop });
      tell();
      end = now(id, 'done', { results: await results(context, id, signal) });
    } catch (error) {
      if (!OverreadError.isInstance(error)) context.onProblem(error);
      const sentence = OverreadError.isInstance(error)
        ? messageOf(error)
        : 'The check broke off in a way that it should not: look at the terminal of the workbench.';
      end = now(id, signal.aborted ? 'cancelled' : 'failed', { problem: sentence });
    }
    // What was stopped tells nothing new: the numbers of the last time stay.
    if (end.status !== 'cancelled') await keep(folder, end).catch(context.onProblem);
    active.delete(id);
    tell();
  }

  return {
    async list() {
      const kept = await keptIn(folder);
      for (const { check } of active.values()) {
        const { results = [] } = kept.get(check.id) ?? {};
        kept.set(check.id, { ...check, results });
      }
      return [...kept.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    async begin(id) {
      const known = active.get(id);
      if (known !== undefined) return known.check;
      if (active.size >= MOST_WAITING)
        throw new OverreadError('limit-exceeded', 'Too many checks wait already: let some end first.');
      const entry = { check: now(id, 'waiting'), stop: new AbortController() };
      active.set(id, entry);
      last = last.then(() => work(id, entry.stop));
      tell();
      return entry.check;
    },
    async stop(id) {
      const entry = active.get(id);
      if (entry === undefined)
        throw new OverreadError('file-not-found', 'No check of this method is under way.');
      entry.stop.abort(new OverreadError('cancelled', 'The check was stopped.'));
    },
  };
}

/** A check that did not pass ends with status 1 and tells its numbers all the same. */
async function results(
  { command }: Context,
  id: string,
  signal: AbortSignal,
): Promise<MethodCheck['results']> {
  const { status, out, problem } = await runCommand(
    { command },
    ['check', methodId.parse(id), '--seed', SEED, '--json'],
    { signal, timeoutMs: LIMIT_MS, heap: 4096, maxOutput: 4 << 20 },
  );
  const said = checkResult.array().safeParse(parsed(out));
  if (said.success && said.data.length > 0) return said.data;
  throw new OverreadError(
    'check-failed',
    problem ?? `The check ended with status ${status}: run "overread check ${id}" to see why.`,
  );
}

async function keptIn(folder: string): Promise<Map<string, MethodCheck>> {
  const kept = new Map<string, MethodCheck>();
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith('.json')) continue;
    const check = methodCheck.safeParse(parsed(await readFile(join(folder, name), 'utf8').catch(() => '')));
    if (check.success) kept.set(check.data.id, check.data);
  }
  return kept;
}

/** Whole or not at all: a reader never sees half a file. */
async function keep(folder: string, check: MethodCheck): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${check.id}.json`);
  const making = `${path}.${process.pid}`;
  try {
    const handle = await open(making, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify(check));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(making, path);
  } finally {
    await rm(making, { force: true });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

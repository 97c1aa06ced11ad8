// Results of a study for the page: computed in a process of their own, kept while nobody reads on.
import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ErrorCode, OverreadError } from '../../../domain/errors.ts';
import type { Protocol } from '../../../domain/report.ts';
import { isLadderRun } from '../../../runs/ladder-run.ts';
import type { WorkbenchContext } from '../context.ts';
import { benchmarkIdOf } from '../library/library.ts';
import type { StudyResults } from '../shapes/room-results.ts';
import type { KeptStudy } from './kept.ts';
import { syncPanel } from './panel.ts';
import type { ResultReply, ResultRun, ResultTask } from './result-task.ts';
import { type Room, roomOf } from './room.ts';
import { studyOf } from './studies.ts';

// Sources run as they are; the package has them compiled.
const PROGRAM = fileURLToPath(new URL(`./results-process${extname(import.meta.url)}`, import.meta.url));
/** While people read on, results are computed anew at most so often. */
const LIVE_MS = 5000;
/** Studies whose results are kept. */
const KEPT = 20;

interface Kept {
  readonly state: string;
  readonly at: number;
  readonly took: number;
  readonly value: Promise<StudyResults>;
}

const made = new WeakMap<WorkbenchContext, Map<string, Kept>>();

/**
 * @param models ids of runs to compare with: of the study's benchmark, and no ladders.
 * Errors: `file-not-found` for an unknown study, `run-unknown`, `bad-argument`, and what opening the benchmark throws.
 */
export async function resultsOf(
  context: WorkbenchContext,
  wanted: { readonly study: string; readonly protocol: Protocol; readonly models: readonly string[] },
): Promise<StudyResults> {
  const room = roomOf(context);
  const before = await studyOf(room, wanted.study);
  if (before.plan.adjudication !== null)
    await room.oneByOne(`panel ${before.id}`, () => syncPanel(room, before.id)).catch(room.onProblem);
  const study = await studyOf(room, wanted.study);
  const runs = [...(await ownRuns(room, study)), ...(await modelRuns(room, study, wanted.models))];
  const tallies = await context.store.tallies(runs.map(({ run }) => run));
  const latest = await Promise.all(runs.map(async ({ run }) => (await context.store.run(run))?.updatedAt));
  const state = JSON.stringify([runs, [...tallies].sort(), latest]);
  const kept = made.get(context) ?? new Map<string, Kept>();
  made.set(context, kept);
  const key = JSON.stringify([wanted.study, wanted.protocol, wanted.models]);
  const known = kept.get(key);
  const isYoung = known !== undefined && Date.now() - known.at < Math.max(LIVE_MS, 3 * known.took);
  if (known !== undefined && (known.state === state || isYoung)) return known.value;
  const { passphrase } = context;
  const began = Date.now();
  const value = computed(context, {
    store: context.storeUrl,
    benchmark: await context.library.placeOf(study.benchmark.id),
    ...(passphrase === undefined ? {} : { passphrase }),
    protocol: wanted.protocol,
    study: study.id,
    arms: study.plan.arms.map(({ name }) => name),
    questions: study.questions,
    runs,
    computedAt: room.now().toISOString(),
  });
  kept.set(key, { state, at: began, took: 0, value });
  for (const old of kept.keys()) if (kept.size > KEPT) kept.delete(old);
  value.then(
    () => kept.set(key, { state, at: began, took: Date.now() - began, value }),
    () => kept.delete(key),
  );
  return value;
}

async function ownRuns(room: Room, study: KeptStudy): Promise<ResultRun[]> {
  const all: ResultRun[] = [];
  for (const { person, arms, runs } of study.readers) {
    const { name } = await room.people.of(person);
    runs.forEach((run, i) => {
      all.push({ kind: 'person', run, person, name, arm: arms[i] });
    });
  }
  for (const [arm, run] of Object.entries(study.panel))
    all.push({ kind: 'panel', run, person: null, name: 'Panel', arm });
  return all;
}

async function modelRuns({ store }: Room, study: KeptStudy, ids: readonly string[]): Promise<ResultRun[]> {
  const all: ResultRun[] = [];
  for (const id of new Set(ids)) {
    const run = await store.run(id);
    if (run === undefined)
      throw new OverreadError('run-unknown', 'The store has no such run: look at the list of runs.');
    if (benchmarkIdOf(run.benchmarkHash) !== study.benchmark.id || isLadderRun(run))
      throw new OverreadError(
        'bad-argument',
        'People are compared with plain runs over the benchmark of the study.',
      );
    const name = all.some((one) => one.name === run.reader) ? `${run.reader} (${id})` : run.reader;
    all.push({ kind: 'model', run: id, person: null, name, arm: null });
  }
  return all;
}

function computed(context: WorkbenchContext, task: ResultTask): Promise<StudyResults> {
  return new Promise((resolve, reject) => {
    const child = fork(PROGRAM, [], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const stop = (): boolean => child.kill('SIGKILL');
    context.signal.addEventListener('abort', stop, { once: true });
    child.once('message', (reply) => {
      const said = reply as ResultReply;
      if (said.ok) resolve(said.value);
      else reject(new OverreadError(said.code as ErrorCode, said.message));
    });
    child.once('error', reject);
    child.once('exit', () => {
      context.signal.removeEventListener('abort', stop);
      reject(
        new OverreadError(
          'internal',
          'The process that computes results ended before it was done: ask again.',
        ),
      );
    });
    child.send(task);
  });
}

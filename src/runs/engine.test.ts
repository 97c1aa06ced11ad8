import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { OverreadError } from '../domain/errors.ts';
import type { Question } from '../domain/question.ts';
import { emptyOutcome, type Read, type ReadOutcome } from '../domain/read.ts';
import type { Reader, ReadTask } from '../domain/reader.ts';
import { openSqlite } from '../storage/sqlite.ts';
import { openStore, type Store } from '../storage/store.ts';
import { memoryBenchmark, testAccess, testCase, testQuestion } from '../tools/testing.ts';
import { executeRun, type RunOptions } from './engine.ts';
import { processStart } from './process-start.ts';

const CASES = 3;
const PER_CASE = 4;
const questions: Question[] = Array.from({ length: CASES * PER_CASE }, (_, index) => {
  const person = Math.floor(index / PER_CASE);
  return testQuestion({ id: `q-${index}`, caseId: `case-${person}`, patientId: `patient-${person}` });
});
const cases = Array.from({ length: CASES }, (_, n) =>
  testCase({ id: `case-${n}`, patientId: `patient-${n}` }),
);
const benchmark = memoryBenchmark({ questions, cases });

const answered = (letter: string): ReadOutcome => ({
  ...emptyOutcome(),
  status: 'answered',
  raw: letter,
  answer: { kind: 'choice', letter },
});

function readerOf(
  read: (task: ReadTask) => Promise<ReadOutcome> | ReadOutcome,
  over: Partial<Reader> = {},
): Reader {
  return {
    name: 'test-reader',
    capabilities: { formats: ['mc', 'free'], needsImage: false, needsMasks: false },
    read: async (task) => read(task),
    ...over,
  };
}

/** Text that does not compress. */
function noise(length: number): string {
  return randomBytes(length).toString('base64').slice(0, length);
}

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function newStore(): Promise<Store> {
  const store = await openStore(':memory:');
  closing.push(() => store.close());
  return store;
}

async function run(over: Partial<RunOptions> & { reader: Reader; store: Store }) {
  return executeRun({ benchmark, openCase: async () => testAccess(), ...over });
}

async function reads(store: Store, runId: string): Promise<Read[]> {
  const all: Read[] = [];
  for await (const read of store.reads(runId)) all.push(read);
  return all;
}

describe('a run', () => {
  it('asks every question once and keeps each read with its patient', async () => {
    const store = await newStore();
    const asked: string[] = [];
    const reader = readerOf((task) => {
      asked.push(task.question.id);
      return answered('A');
    });
    const summary = await run({ reader, store });
    expect(summary).toMatchObject({ status: 'done', planned: 12, asked: 12, resent: 0 });
    expect(summary.counts.answered).toBe(12);
    expect(new Set(asked).size).toBe(12);
    const kept = await reads(store, summary.runId);
    expect(kept.every((read) => read.patientId === read.caseId.replace('case', 'patient'))).toBe(true);
    expect((await store.run(summary.runId))?.status).toBe('done');
  });

  it('repeats are reads of their own, each with its own seed', async () => {
    const store = await newStore();
    const seeds = new Set<string>();
    const reader = readerOf((task) => {
      seeds.add(task.seed);
      return answered('A');
    });
    const summary = await run({ reader, store, repeats: 3 });
    expect(summary.planned).toBe(36);
    expect(seeds.size).toBe(36);
    expect((await reads(store, summary.runId)).filter((read) => read.questionId === 'q-0')).toHaveLength(3);
  });

  it('a question outside the capabilities of a reader is unsupported and never asked', async () => {
    const store = await newStore();
    const reader = readerOf(
      () => {
        throw new Error('asked');
      },
      { capabilities: { formats: ['mc'], needsImage: true, needsMasks: false } },
    );
    const maskOnly = memoryBenchmark({
      questions,
      cases: cases.map((c) => ({ ...c, imageHash: undefined })),
    });
    const noImage = await run({ reader, store, benchmark: maskOnly });
    expect(noImage.counts.unsupported).toBe(12);
    const noFormat = await run({ reader, store, format: 'free' });
    expect(noFormat.counts.unsupported).toBe(12);
  });

  it('limit and only choose questions; an unknown id is refused before anything is asked', async () => {
    const store = await newStore();
    const reader = readerOf(() => answered('A'));
    expect((await run({ reader, store, limit: 5 })).counts.answered).toBe(5);
    expect((await run({ reader, store, only: ['q-3', 'q-7'] })).counts.answered).toBe(2);
    await expect(run({ reader, store, only: ['q-3', 'q-99'] })).rejects.toThrow(/no question q-99/);
  });

  it('never opens more cases at once than it may, and opens each once while its questions last', async () => {
    const store = await newStore();
    const opened: string[] = [];
    let inUse = 0;
    let most = 0;
    const current = new Map<string, number>();
    const reader = readerOf(async (task) => {
      current.set(task.case.id, (current.get(task.case.id) ?? 0) + 1);
      inUse = [...current.values()].filter((n) => n > 0).length;
      most = Math.max(most, inUse);
      await new Promise((resolve) => setTimeout(resolve, 2));
      current.set(task.case.id, (current.get(task.case.id) ?? 1) - 1);
      return answered('A');
    });
    await run({
      reader,
      store,
      openCases: 1,
      concurrency: 8,
      openCase: async (caseId) => {
        opened.push(caseId);
        return testAccess();
      },
    });
    expect(most).toBe(1);
    expect(opened).toEqual(['case-0', 'case-1', 'case-2']);
  });

  it('opens cases in the mode of the reader, and only to look when it says nothing', async () => {
    const store = await newStore();
    const modes: string[] = [];
    const openCase = async (_: string, mode: string) => {
      modes.push(mode);
      return testAccess();
    };
    await run({ reader: readerOf(() => answered('A'), { mode: 'oracle' }), store, openCase, limit: 1 });
    await run({ reader: readerOf(() => answered('A')), store, openCase, limit: 1 });
    expect(modes).toEqual(['oracle', 'vision']);
  });

  it('a case that cannot be opened fails its own questions; the rest goes on', async () => {
    const store = await newStore();
    const summary = await run({
      reader: readerOf(() => answered('A')),
      store,
      openCase: async (caseId) => {
        if (caseId === 'case-1')
          throw new OverreadError('file-truncated', 'The file is cut short: copy it again.');
        return testAccess();
      },
    });
    expect(summary).toMatchObject({ status: 'done', counts: { answered: 8, failed: 4 } });
    const failed = (await reads(store, summary.runId)).filter((read) => read.status === 'failed');
    expect(failed.every((read) => read.caseId === 'case-1' && read.errorCode === 'file-truncated')).toBe(
      true,
    );
  });
});

describe('stopping', () => {
  it('a reader that throws stops the run as failed and keeps all that was read', async () => {
    const store = await newStore();
    const reader = readerOf((task) => {
      if (task.question.id === 'q-6') throw new OverreadError('endpoint-not-trusted', 'Add --allow.');
      return answered('A');
    });
    const summary = await run({ reader, store, concurrency: 1 });
    expect(summary.status).toBe('failed');
    expect(summary.error?.code).toBe('endpoint-not-trusted');
    expect(await reads(store, summary.runId)).toHaveLength(6);
    expect((await store.run(summary.runId))?.status).toBe('failed');
  });

  it('a spent budget pauses the run; resumed with more, it asks only what is left', async () => {
    const store = await newStore();
    let left = 5;
    const asked: string[] = [];
    const reader = readerOf((task) => {
      if (left-- <= 0) throw new OverreadError('budget-exhausted', 'Raise --max-cost and resume.');
      asked.push(task.question.id);
      return answered('A');
    });
    const paused = await run({ reader, store, concurrency: 1 });
    expect(paused.status).toBe('paused');
    left = 100;
    const resumed = await run({ reader, store, resume: paused.runId });
    expect(resumed).toMatchObject({ runId: paused.runId, status: 'done', counts: { answered: 12 } });
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('on a stop signal, what is under way is finished and kept, and nothing new is asked', async () => {
    const store = await newStore();
    const stop = new AbortController();
    let asked = 0;
    const reader = readerOf(async () => {
      if (++asked === 4) stop.abort();
      await new Promise((resolve) => setTimeout(resolve, 5));
      return answered('A');
    });
    const summary = await run({ reader, store, concurrency: 2, signal: stop.signal });
    expect(summary.status).toBe('cancelled');
    expect(asked).toBeLessThanOrEqual(5);
    expect(await reads(store, summary.runId)).toHaveLength(asked);
    const rest = await run({ reader: readerOf(() => answered('A')), store, resume: summary.runId });
    expect(rest).toMatchObject({ status: 'done', resent: 0, counts: { answered: 12 } });
  });

  it('work that does not end within the grace period is aborted and asked again on resuming', async () => {
    const store = await newStore();
    const stop = new AbortController();
    const reader = readerOf(async (task) => {
      setTimeout(() => stop.abort(), 1);
      return new Promise((_, reject) => {
        task.signal.addEventListener('abort', () => reject(task.signal.reason));
      });
    });
    const summary = await run({ reader, store, concurrency: 2, signal: stop.signal, graceMs: 20 });
    expect(summary.status).toBe('cancelled');
    const rest = await run({ reader: readerOf(() => answered('A')), store, resume: summary.runId });
    expect(rest).toMatchObject({ status: 'done', resent: 2, counts: { answered: 12 } });
  });
});

describe('a full disk', () => {
  it('stops the run as failed and keeps what was committed; with space again it goes on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'overread-full-'));
    closing.push(async () => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'store.db');
    const small = await openSqlite(path, { maxPages: 40 });
    const long = readerOf(() => ({ ...answered('A'), transcript: [{ role: 'user', text: noise(20_000) }] }));
    const stopped = await run({ reader: long, store: small, concurrency: 2 });
    expect(stopped).toMatchObject({ status: 'failed', error: { code: 'store-failed' } });
    expect(stopped.error?.message).toMatch(/full/);
    await small.close();

    const store = await openStore(path);
    closing.push(() => store.close());
    const kept = (await reads(store, stopped.runId)).map((read) => read.questionId);
    expect(kept.length).toBe(stopped.counts.answered);
    expect(kept.length).toBeLessThan(12);
    const asked: string[] = [];
    const again = readerOf((task) => {
      asked.push(task.question.id);
      return answered('A');
    });
    const rest = await run({ reader: again, store, resume: stopped.runId });
    expect(rest).toMatchObject({ status: 'done', counts: { answered: 12 } });
    expect(asked.filter((id) => kept.includes(id))).toEqual([]);
  });
});

describe('resuming', () => {
  it('counts as sent again what was begun and never committed, and asks no committed read again', async () => {
    const store = await newStore();
    const first = await run({ reader: readerOf(() => answered('A')), store, limit: 4 });
    // As a kill leaves it: two intents without a read.
    for (const questionId of ['q-2', 'q-3'])
      await store.begin({ runId: first.runId, questionId, repeat: 1, at: new Date().toISOString() });
    await store.updateRun(first.runId, { status: 'running', repeats: 2, planned: 8 });
    const asked: string[] = [];
    const reader = readerOf((task) => {
      asked.push(`${task.question.id}#${task.repeat}`);
      return answered('B');
    });
    const summary = await run({ reader, store, resume: first.runId });
    expect(asked.sort()).toEqual(['q-0#1', 'q-1#1', 'q-2#1', 'q-3#1']);
    expect(summary).toMatchObject({ status: 'done', resent: 2, asked: 4, counts: { answered: 8 } });
    expect((await store.run(first.runId))?.resent).toBe(2);
    expect((await reads(store, first.runId)).filter((read) => read.raw === 'A')).toHaveLength(4);
  });

  it('refuses another benchmark, another reader, and a run that is not there', async () => {
    const store = await newStore();
    const reader = readerOf(() => answered('A'));
    const { runId } = await run({ reader, store });
    const changed = memoryBenchmark({ questions, cases, contentHash: 'hash-2' });
    await expect(run({ reader, store, resume: runId, benchmark: changed })).rejects.toMatchObject({
      code: 'benchmark-invalid',
    });
    await expect(
      run({ reader: readerOf(() => answered('A'), { name: 'other' }), store, resume: runId }),
    ).rejects.toThrow(/began with reader test-reader, not other/);
    const { runId: prompted } = await run({
      reader: readerOf(() => answered('A'), { settings: { prompt: 1 } }),
      store,
    });
    await expect(
      run({ reader: readerOf(() => answered('A'), { settings: { prompt: 2 } }), store, resume: prompted }),
    ).rejects.toThrow(/began with another prompt \(1\)/);
    const looking = (views: string) =>
      readerOf(() => answered('A'), { settings: { options: { edge: '96', views } } });
    const { runId: viewed } = await run({ reader: looking('zoom'), store });
    await expect(run({ reader: looking('mask'), store, resume: viewed })).rejects.toThrow(
      /began with another options\.views \("zoom"\)/,
    );
    await expect(run({ reader, store, resume: 'r-nothing' })).rejects.toMatchObject({ code: 'run-unknown' });
    await expect(run({ reader, store, retry: 'failed' })).rejects.toMatchObject({ code: 'bad-argument' });
  });

  it('retrying asks failures again and keeps the old read until the new one is in', async () => {
    const store = await newStore();
    const flaky = readerOf((task) =>
      task.question.id === 'q-5'
        ? { ...emptyOutcome(), status: 'failed', reason: 'timeout' }
        : task.question.id === 'q-8'
          ? { ...emptyOutcome(), status: 'unparsed', raw: 'hm' }
          : answered('A'),
    );
    const { runId } = await run({ reader: flaky, store });
    const seen: string[] = [];
    const better = readerOf(async (task) => {
      seen.push(task.question.id);
      expect((await store.done(runId)).get('q-5#0')).toBe('failed');
      return answered('B');
    });
    const retried = await run({ reader: better, store, resume: runId, retry: 'failed' });
    expect(seen).toEqual(['q-5']);
    expect(retried.counts).toMatchObject({ answered: 11, failed: 0, unparsed: 1 });
    const one = await run({ reader: readerOf(() => answered('C')), store, resume: runId, only: ['q-1'] });
    expect(one).toMatchObject({ asked: 1, counts: { answered: 11, unparsed: 1 } });
    expect((await reads(store, runId)).find((read) => read.questionId === 'q-1')?.raw).toBe('C');
  });
});

describe('several processes', () => {
  it('a run that another living process reads is not resumed; one whose process is gone is', async () => {
    const store = await newStore();
    const reader = readerOf(() => answered('A'));
    const { runId } = await run({ reader, store, limit: 2 });
    const neighbour = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const gone = once(neighbour, 'exit');
    const pid = neighbour.pid ?? 0;
    await store.updateRun(runId, { status: 'running', process: { host: hostname(), pid } });
    await expect(run({ reader, store, resume: runId })).rejects.toMatchObject({ code: 'not-allowed' });
    neighbour.kill('SIGKILL');
    await gone;
    expect((await run({ reader, store, resume: runId })).status).toBe('done');
  });

  it('a run is resumed when the number of its killed process has gone to another program', async () => {
    const store = await newStore();
    const reader = readerOf(() => answered('A'));
    const { runId } = await run({ reader, store, limit: 2 });
    const program = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const [owner, unrelated] = [program(), program()];
    closing.push(async () => void unrelated.kill('SIGKILL'));
    await Promise.all([once(owner, 'spawn'), once(unrelated, 'spawn')]);
    const started = processStart(owner.pid ?? 0);
    const claimedBy = (pid: number | undefined, since: string | undefined) =>
      store.updateRun(runId, {
        status: 'running',
        process: { host: hostname(), pid: pid ?? 0, started: since },
      });
    await claimedBy(owner.pid, started);
    await expect(run({ reader, store, resume: runId })).rejects.toMatchObject({ code: 'not-allowed' });
    const gone = once(owner, 'exit');
    owner.kill('SIGKILL');
    await gone;
    await claimedBy(unrelated.pid, `${started} before`);
    expect((await run({ reader, store, resume: runId })).status).toBe('done');
    expect((await store.run(runId))?.process).toMatchObject({
      pid: process.pid,
      started: processStart(process.pid),
    });
  });

  it('two runs write one store at the same time and lose nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'overread-runs-'));
    closing.push(async () => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'store.db');
    const stores = await Promise.all([openStore(path), openStore(path)]);
    for (const store of stores) closing.push(() => store.close());
    const summaries = await Promise.all(
      stores.map((store, n) => run({ reader: readerOf(() => answered(n === 0 ? 'A' : 'B')), store })),
    );
    for (const [n, { runId }] of summaries.entries()) {
      const kept = await reads(stores[1 - n], runId);
      expect(kept).toHaveLength(12);
      expect(kept.every((read) => read.raw === (n === 0 ? 'A' : 'B'))).toBe(true);
    }
  });
});

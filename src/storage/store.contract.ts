// What every store must keep, whatever the database: the suite each implementation's test runs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Read } from '../domain/read.ts';
import type { RunRecord } from '../domain/run.ts';
import type { Store } from './store.ts';

export interface StoreUnderTest {
  /** A URL that `openStore` takes for a store that does not exist yet. */
  newUrl(): Promise<string>;
  open(url: string): Promise<Store>;
}

export const HASH_A = 'a'.repeat(64);
export const HASH_B = 'b'.repeat(64);

export function aRun(id: string, patch: Partial<RunRecord> = {}): RunRecord {
  return {
    id,
    reader: 'random',
    benchmark: 'bench',
    benchmarkHash: 'h',
    benchmarkName: 'b',
    format: 'mc',
    repeats: 1,
    seed: '1',
    settings: { prompt: 1 },
    status: 'running',
    planned: 3,
    resent: 0,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    version: '0.1.0',
    ...patch,
  };
}

export function aRead(runId: string, questionId: string, patch: Partial<Read> = {}): Read {
  return {
    runId,
    questionId,
    caseId: 'case-1',
    patientId: 'patient-1',
    repeat: 0,
    status: 'answered',
    answer: { kind: 'choice', letter: 'B' },
    raw: 'B',
    confidence: 0.75,
    transcript: [{ role: 'user', text: `Question ${questionId}?`, images: [HASH_A] }],
    toolCalls: [
      {
        step: 0,
        tool: 'crop_organ',
        arguments: { organ: 'liver' },
        result: { image: HASH_B },
        milliseconds: 1,
      },
    ],
    maskSources: ['annotated'],
    usage: { inputTokens: 11, outputTokens: 3, reasoningTokens: 1, cachedInputTokens: 2 },
    costUsd: 0.001,
    milliseconds: 12.5,
    cached: false,
    requests: 1,
    at: '2026-01-01T00:00:01.000Z',
    ...patch,
  };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const item of items) out.push(item);
  return out;
}

/** A process that opens the store, commits `count` reads named after `who`, and ends. */
const WORKER = (storeModule: string, url: string, who: number, count: number) => `
  const { openStore } = await import(${JSON.stringify(storeModule)});
  const store = await openStore(${JSON.stringify(url)});
  await Promise.all(Array.from({ length: ${count} }, async (_, n) => {
    const key = { runId: 'run', questionId: 'w${who}-' + n, repeat: 0 };
    await store.begin({ ...key, at: 'now' });
    await store.commit({ ...key, caseId: 'c', patientId: 'p', status: 'answered', raw: '', transcript: [],
      toolCalls: [], maskSources: [], milliseconds: 1, cached: false, requests: 1, at: 'now',
      usage: { inputTokens: 1, outputTokens: 1, reasoningTokens: 0, cachedInputTokens: 0 } });
  }));
  await store.close();
`;

/** A process that commits reads as fast as it can and prints the number of each one acknowledged. */
const COMMITTER = (storeModule: string, url: string) => `
  const { openStore } = await import(${JSON.stringify(storeModule)});
  const store = await openStore(${JSON.stringify(url)});
  const read = (n) => ({ runId: 'run', questionId: 'q' + n, caseId: 'c', patientId: 'p', repeat: 0,
    status: 'answered', raw: 'x'.repeat(500) + n, transcript: [], toolCalls: [], maskSources: [],
    usage: { inputTokens: 1, outputTokens: 1, reasoningTokens: 0, cachedInputTokens: 0 },
    milliseconds: 1, cached: false, requests: 1, at: 'now' });
  let next = 0;
  async function lane() {
    for (;;) {
      const n = next++;
      await store.begin({ runId: 'run', questionId: 'q' + n, repeat: 0, at: 'now' });
      process.stdout.write('begun ' + n + '\\n');
      await store.commit(read(n));
      process.stdout.write('done ' + n + '\\n');
    }
  }
  await Promise.all(Array.from({ length: 32 }, lane));
`;

export function storeContract(name: string, subject: StoreUnderTest): void {
  describe(`${name} keeps the store contract`, () => {
    let url: string;
    let store: Store;
    beforeEach(async () => {
      url = await subject.newUrl();
      store = await subject.open(url);
    });
    afterEach(() => store.close());

    it('gives runs back as they were saved, newest first, and changes single fields', async () => {
      const older = aRun('run-1');
      const newer = aRun('run-2', { createdAt: '2026-02-01T00:00:00.000Z' });
      await store.saveRun(older);
      await store.saveRun(newer);
      expect((await store.runs()).map((run) => run.id)).toEqual(['run-2', 'run-1']);
      await store.updateRun('run-1', { status: 'done', resent: 2 });
      expect(await store.run('run-1')).toEqual({ ...older, status: 'done', resent: 2 });
      expect(await store.run('nobody')).toBeUndefined();
      await expect(store.updateRun('nobody', { resent: 1 })).rejects.toMatchObject({ code: 'run-unknown' });
    });

    it('gives a read back whole, after it is closed and opened again', async () => {
      const full = aRead('run', 'q1');
      const bare: Read = {
        ...aRead('run', 'q2'),
        status: 'failed',
        reason: 'no reply',
        errorCode: 'provider-failed',
      };
      delete bare.answer;
      delete bare.confidence;
      delete bare.costUsd;
      await Promise.all([store.commit(full), store.commit(bare)]);
      await store.close();
      store = await subject.open(url);
      expect(await all(store.reads('run'))).toEqual([full, bare]);
    });

    it('calls a read interrupted from its intent until its commit', async () => {
      const at = '2026-01-01T00:00:00.000Z';
      await store.begin({ runId: 'run', questionId: 'q2', repeat: 1, at });
      await store.begin({ runId: 'run', questionId: 'q1', repeat: 0, at });
      await store.begin({ runId: 'other', questionId: 'q9', repeat: 0, at });
      expect(await store.interrupted('run')).toEqual(['q1#0', 'q2#1']);
      await store.commit(aRead('run', 'q1'));
      expect(await store.interrupted('run')).toEqual(['q2#1']);
      expect(await store.done('run')).toEqual(new Map([['q1#0', 'answered']]));
    });

    it('keeps the old read until the new one is in, and then only the new one', async () => {
      await store.commit(aRead('run', 'q1', { status: 'failed', raw: 'old' }));
      await store.begin({ runId: 'run', questionId: 'q1', repeat: 0, at: 'later' });
      expect((await all(store.reads('run'))).map((read) => read.raw)).toEqual(['old']);
      await store.commit(aRead('run', 'q1', { raw: 'new', transcript: [] }));
      const reads = await all(store.reads('run'));
      expect(reads.map((read) => [read.raw, read.status, read.transcript.length])).toEqual([
        ['new', 'answered', 0],
      ]);
      expect(await store.interrupted('run')).toEqual([]);
    });

    it('adds up each run by status, with the newest of two reads for one question', async () => {
      const usage = { inputTokens: 10, outputTokens: 2, reasoningTokens: 0, cachedInputTokens: 0 };
      await store.commit(aRead('a', 'q1', { usage, costUsd: 0.25 }));
      await store.commit(aRead('a', 'q2', { usage, costUsd: 0.5, status: 'failed' }));
      await store.commit(aRead('a', 'q2', { usage, costUsd: 0.125, status: 'unparsed' }));
      await store.commit(aRead('a', 'q1', { usage, costUsd: 0.25, repeat: 1 }));
      const free = aRead('b', 'q1', { usage, requests: 0 });
      delete free.costUsd;
      await store.commit(free);
      const none = { answered: 0, unparsed: 0, refused: 0, failed: 0, unsupported: 0 };
      const a = { counts: { ...none, answered: 2, unparsed: 1 }, costUsd: 0.625 };
      expect(await store.tallies()).toEqual(
        new Map([
          ['a', { ...a, inputTokens: 30, outputTokens: 6 }],
          ['b', { counts: { ...none, answered: 1 }, costUsd: 0, inputTokens: 10, outputTokens: 2 }],
        ]),
      );
      const unpriced = aRead('b', 'q2', { usage, requests: 1 });
      delete unpriced.costUsd;
      await store.commit(unpriced);
      const some = await store.tallies(['b', 'nobody']);
      expect([...some.keys()]).toEqual(['b']);
      expect(some.get('b')?.costUsd).toBeNull();
    });

    it('tells that it has changed, whoever wrote', async () => {
      const other = await subject.open(url);
      const seen = [store.changes()];
      expect(store.changes()).toBe(seen[0]);
      await store.commit(aRead('run', 'q1'));
      seen.push(store.changes());
      await other.updateRun('none', {}).catch(() => {});
      expect(store.changes()).toBe(seen[1]);
      await other.saveRun(aRun('run'));
      seen.push(store.changes());
      await other.commit(aRead('run', 'q2'));
      seen.push(store.changes());
      expect(new Set(seen).size).toBe(4);
      await other.close();
    });

    it('lists reads in one order whatever the order of commits, filtered where asked', async () => {
      const ids = Array.from({ length: 600 }, (_, n) => `q${String(n).padStart(4, '0')}`);
      const shuffled = ids.map((_, n) => ids[(n * 7919) % ids.length]);
      await Promise.all(
        shuffled.map((id) =>
          store.commit(
            aRead('run', id, {
              patientId: `patient-${id.at(-1)}`,
              status: id.endsWith('3') ? 'refused' : 'answered',
            }),
          ),
        ),
      );
      expect((await all(store.reads('run'))).map((read) => read.questionId)).toEqual(ids);
      const refused = await all(store.reads('run', { status: 'refused' }));
      expect(refused.map((read) => read.questionId)).toEqual(ids.filter((id) => id.endsWith('3')));
      expect(await all(store.reads('run', { status: 'refused', patientId: 'patient-4' }))).toEqual([]);
      expect(await all(store.reads('run', { questionId: 'q0005' }))).toHaveLength(1);
      expect(await all(store.reads('nobody'))).toEqual([]);
    });

    it('gives scoring light rows in the same order, tool calls only when asked', async () => {
      await Promise.all([
        store.commit(aRead('run', 'q2')),
        store.commit(aRead('run', 'q1', { repeat: 1 })),
        store.commit(aRead('run', 'q1')),
      ]);
      const rows = await store.scoringRows('run');
      expect(rows.map((row) => `${row.questionId}#${row.repeat}`)).toEqual(['q1#0', 'q1#1', 'q2#0']);
      expect(rows[0]).toEqual({
        questionId: 'q1',
        patientId: 'patient-1',
        repeat: 0,
        status: 'answered',
        answer: { kind: 'choice', letter: 'B' },
        raw: 'B',
        confidence: 0.75,
        costUsd: 0.001,
        inputTokens: 11,
        outputTokens: 3,
        milliseconds: 12.5,
        requests: 1,
      });
      const [withCalls] = await store.scoringRows('run', { toolCalls: true });
      expect(withCalls.toolCalls).toEqual(aRead('run', 'q1').toolCalls);
    });

    it('counts reads by status, and gives the light rows of some questions or a part of all', async () => {
      await Promise.all([
        store.commit(aRead('run', 'q1')),
        store.commit(aRead('run', 'q1', { repeat: 1, status: 'failed' })),
        store.commit(aRead('run', 'q2')),
        store.commit(aRead('run', "q'3")),
        store.commit(aRead('other', 'q1')),
      ]);
      expect(await store.counts('run')).toEqual({
        answered: 3,
        unparsed: 0,
        refused: 0,
        failed: 1,
        unsupported: 0,
      });
      expect((await store.counts('none')).answered).toBe(0);
      const named = async (options: Parameters<Store['scoringRows']>[1]) =>
        (await store.scoringRows('run', options)).map((row) => `${row.questionId}#${row.repeat}`);
      expect(await named({ questionIds: ['q1', "q'3", 'q9'] })).toEqual(["q'3#0", 'q1#0', 'q1#1']);
      expect(await named({ questionIds: [] })).toEqual([]);
      expect(await named({ limit: 2, offset: 1 })).toEqual(['q1#0', 'q1#1']);
      expect(await named({ offset: 3 })).toEqual(['q2#0']);
    });

    it('lets a page of reads be consumed while others are committed', async () => {
      await store.commit(aRead('run', 'q1'));
      for await (const read of store.reads('run'))
        if (read.questionId === 'q1') await store.commit(aRead('other', 'q1'));
      expect((await store.done('other')).size).toBe(1);
    });

    it('remembers replies by key', async () => {
      expect(await store.cached('k')).toBeUndefined();
      await store.cache('k', 'one');
      await store.cache('k', 'two');
      expect(await store.cached('k')).toBe('two');
    });

    it('purges one patient and names the blobs that nobody else uses', async () => {
      const shared = 'c'.repeat(64);
      const masks = 'd'.repeat(64);
      await store.commit(aRead('run', 'q1'));
      await store.commit(
        aRead('run', 'q2', {
          patientId: 'patient-2',
          toolCalls: [],
          transcript: [{ role: 'user', text: 'same picture', images: [HASH_B, shared] }],
        }),
      );
      await store.cache('k1', 'mine', { patientId: 'patient-1', blobs: [masks] });
      await store.cache('k2', 'theirs', { patientId: 'patient-2' });
      expect(await store.purgePatient('patient-1')).toEqual({ reads: 1, cached: 1, blobs: [HASH_A, masks] });
      expect((await all(store.reads('run'))).map((read) => read.patientId)).toEqual(['patient-2']);
      expect(await store.cached('k1')).toBeUndefined();
      expect(await store.cached('k2')).toBe('theirs');
      expect(await store.purgePatient('patient-2')).toEqual({ reads: 1, cached: 1, blobs: [HASH_B, shared] });
    });

    it('purges with a patient what other patients’ reads and replies show of them', async () => {
      const theirs = 'c'.repeat(64);
      const shown = { picturesOf: 'patient-1', alsoOf: ['patient-1'] };
      const control = aRead('control', 'q2', {
        patientId: 'patient-2',
        toolCalls: [],
        transcript: [{ role: 'user', text: 'another patient’s picture', images: [theirs] }],
        ...shown,
      });
      await store.commit(control);
      await store.commit(aRead('control', 'q3', { patientId: 'patient-3', toolCalls: [], transcript: [] }));
      await store.cache('k2', 'seen', { patientId: 'patient-2', blobs: [theirs], ...shown });
      expect(await all(store.reads('control', { questionId: 'q2' }))).toEqual([control]);
      expect(await store.purgePatient('patient-1')).toEqual({ reads: 1, cached: 1, blobs: [theirs] });
      expect((await all(store.reads('control'))).map((read) => read.questionId)).toEqual(['q3']);
      expect(await store.cached('k2')).toBeUndefined();
    });

    it('forgets whom a read showed once it is read again without them', async () => {
      const read = aRead('control', 'q2', { patientId: 'patient-2', alsoOf: ['patient-1'] });
      await store.commit(read);
      const { alsoOf: _, ...alone } = read;
      await store.commit(alone);
      expect(await store.purgePatient('patient-1')).toMatchObject({ reads: 0 });
      expect(await all(store.reads('control'))).toEqual([alone]);
    });

    it('changes a run only when a check in the same step agrees', async () => {
      await store.saveRun(aRun('run', { status: 'cancelled' }));
      const other = await subject.open(url);
      const claim = (by: Store, pid: number) =>
        by.updateRun('run', { status: 'running', process: { host: 'h', pid } }, (now) => {
          if (now.status === 'running') throw new Error('taken');
        });
      const claims = await Promise.allSettled([claim(store, 1), claim(other, 2), claim(store, 3)]);
      await other.close();
      expect(claims.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
      const first = claims.findIndex(({ status }) => status === 'fulfilled');
      expect((await store.run('run'))?.process?.pid).toBe(first + 1);
    });

    it('keeps documents by kind and id, and removes them when told', async () => {
      expect(await store.document('note', 'a')).toBeUndefined();
      expect(await store.changeDocument('note', 'a', () => ({ text: 'one' }))).toEqual({ text: 'one' });
      await store.changeDocument('note', 'b/1', () => [1, 2]);
      await store.changeDocument('note', 'b/2', () => 'two');
      await store.changeDocument('other', 'b/3', () => true);
      await store.close();
      store = await subject.open(url);
      expect(await store.document('note', 'a')).toEqual({ text: 'one' });
      expect((await store.documents('note')).map(({ id }) => id)).toEqual(['a', 'b/1', 'b/2']);
      expect(await store.documents('note', 'b/')).toEqual([
        { id: 'b/1', body: [1, 2] },
        { id: 'b/2', body: 'two' },
      ]);
      expect(await store.documents('note', 'b_')).toEqual([]);
      expect(await store.changeDocument('note', 'a', () => undefined)).toBeUndefined();
      expect(await store.document('note', 'a')).toBeUndefined();
    });

    it('changes a document in one step, however many connections do so at once', async () => {
      const other = await subject.open(url);
      const raise = (by: Store) =>
        by.changeDocument('count', 'one', (now) => (typeof now === 'number' ? now : 0) + 1);
      await Promise.all(Array.from({ length: 40 }, (_, n) => raise(n % 2 === 0 ? store : other)));
      await other.close();
      expect(await store.document('count', 'one')).toBe(40);
      const refuse = store.changeDocument('count', 'one', () => {
        throw new TypeError('no');
      });
      await expect(refuse).rejects.toThrow();
      expect(await store.document('count', 'one')).toBe(40);
    });

    it('purges with a patient the documents about them', async () => {
      await store.changeDocument('note', 'mine', () => 'x', { patientId: 'patient-1' });
      await store.changeDocument('note', 'theirs', () => 'y', { patientId: 'patient-2' });
      await store.purgePatient('patient-1');
      expect((await store.documents('note')).map(({ id }) => id)).toEqual(['theirs']);
    });

    it('is shared by two connections', async () => {
      const other = await subject.open(url);
      try {
        await store.saveRun(aRun('run'));
        await Promise.all(
          Array.from({ length: 40 }, (_, n) =>
            (n % 2 === 0 ? store : other).commit(aRead('run', `q${String(n).padStart(2, '0')}`)),
          ),
        );
        expect((await store.done('run')).size).toBe(40);
        expect((await other.scoringRows('run')).length).toBe(40);
        await Promise.all([
          store.updateRun('run', { resent: 4 }),
          other.updateRun('run', { status: 'done' }),
        ]);
        expect(await store.run('run')).toMatchObject({ resent: 4, status: 'done' });
      } finally {
        await other.close();
      }
    });

    it('is opened and filled by several processes at the same moment', async () => {
      const fresh = await subject.newUrl();
      const module = new URL('./store.ts', import.meta.url).href;
      const workers = Array.from({ length: 4 }, (_, who) =>
        spawn(process.execPath, ['--input-type=module', '-e', WORKER(module, fresh, who, 60)], {
          stdio: ['ignore', 'inherit', 'inherit'],
        }),
      );
      const codes = await Promise.all(workers.map(async (worker) => (await once(worker, 'exit'))[0]));
      expect(codes).toEqual([0, 0, 0, 0]);
      const filled = await subject.open(fresh);
      expect((await filled.done('run')).size).toBe(240);
      expect(await filled.interrupted('run')).toEqual([]);
      await filled.close();
    });

    it('refuses writes once closed, with a sentence', async () => {
      await store.close();
      await expect(store.commit(aRead('run', 'q1'))).rejects.toMatchObject({ code: 'store-failed' });
      store = await subject.open(url);
    });

    it.each([40, 150, 400])('loses and doubles nothing when killed %i ms into committing', async (delay) => {
      const module = new URL('./store.ts', import.meta.url).href;
      const child = spawn(process.execPath, ['--input-type=module', '-e', COMMITTER(module, url)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const begun = new Set<string>();
      const acknowledged = new Set<string>();
      const lines = createInterface({ input: child.stdout });
      let counting = false;
      lines.on('line', (line) => {
        const [word, n] = line.split(' ');
        if (word === 'done') acknowledged.add(`q${n}#0`);
        else begun.add(`q${n}#0`);
        if (!counting && word === 'done') {
          counting = true;
          setTimeout(() => child.kill('SIGKILL'), delay);
        }
      });
      await Promise.all([once(child, 'exit'), once(lines, 'close')]);
      const done = await store.done('run');
      const interrupted = new Set(await store.interrupted('run'));
      expect(acknowledged.size).toBeGreaterThan(0);
      expect([...acknowledged].filter((key) => !done.has(key))).toEqual([]);
      // Whatever was said to be begun is either committed or known to be interrupted, never both.
      expect([...begun].filter((key) => done.has(key) === interrupted.has(key))).toEqual([]);
      const reads = await all(store.reads('run'));
      expect(reads.length).toBe(done.size);
      expect(reads.every((read) => read.raw.endsWith(`x${read.questionId.slice(1)}`))).toBe(true);
    });
  });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../domain/run.ts';
import { processStart } from '../../../runs/process-start.ts';
import { thisProcess } from '../../../runs/run-owner.ts';
import { memoryBlobs } from '../../../storage/blobs.ts';
import { aRead } from '../../../storage/store.contract.ts';
import { openStore, type Store } from '../../../storage/store.ts';
import { newLibrary } from '../library/library.ts';
import { runOver } from '../library/testing.ts';
import { newRunRows, type RunRows } from './run-rows.ts';

let store: Store;
let rows: RunRows;
beforeEach(async () => {
  store = await openStore(':memory:');
  const idle = { isStopping: () => false, isTaken: () => false, noteOf: () => ({ problem: 'It broke.' }) };
  rows = newRunRows({ store, library: newLibrary(store, memoryBlobs()) }, idle);
});
afterEach(() => store.close());

const save = (id: string, patch: Partial<RunRecord>) =>
  store.saveRun({
    // A folder that is there, so that its runs can be taken up again.
    ...runOver({ name: 'b', contentHash: 'f'.repeat(64) }, import.meta.dirname),
    id,
    planned: 4,
    ...patch,
  });
const nobody = { host: hostname(), pid: 2 ** 22 - 1, started: 'long ago' };

describe('rows of runs', () => {
  it('call a run interrupted whose process is gone, and running as long as it lives', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    const owner = { host: hostname(), pid, started: processStart(pid) ?? '' };
    await save('alive', { status: 'running', process: owner });
    await save('gone', { status: 'running', process: nobody });
    await save('elsewhere', { status: 'running', process: { ...nobody, host: 'another' } });
    await save('here', { status: 'running', process: thisProcess() });
    const can = { pause: false, resume: false, cancel: false, retry: [] };
    expect(await rows.one('alive')).toMatchObject({
      status: 'running',
      can: { ...can, pause: true, cancel: true },
    });
    expect(await rows.one('gone')).toMatchObject({
      status: 'interrupted',
      can: { ...can, resume: true, cancel: true },
    });
    // Nobody is asked to stop who cannot be reached, and this process never.
    expect(await rows.one('elsewhere')).toMatchObject({ status: 'running', can });
    expect(await rows.one('here')).toMatchObject({ status: 'running', can });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await rows.one('alive')).status).toBe('interrupted');
  });

  it('offer what fits the status: what failed can be resumed or, in a run that is done, asked again', async () => {
    await save('done', { status: 'done' });
    await save('failed', { status: 'failed' });
    await store.commit(aRead('done', 'q1', { status: 'failed' }));
    await store.commit(aRead('done', 'q2'));
    expect(await rows.one('done')).toMatchObject({
      can: { pause: false, resume: false, cancel: false, retry: ['failed'] },
      counts: { answered: 1, failed: 1 },
    });
    expect(await rows.one('failed')).toMatchObject({
      can: { resume: true, retry: [] },
      problem: 'It broke.',
    });
    await save('moved', { status: 'paused', benchmark: '/nowhere/at/all', benchmarkHash: 'e'.repeat(64) });
    expect(await rows.one('moved')).toMatchObject({
      can: { resume: false },
      benchmark: { available: false },
    });
  });

  it('leave the runs of people to the reading room, and tell ladders from plain runs', async () => {
    await save('person', { reader: 'person/Ada+blind', status: 'running' });
    await save('ladder', { settings: { ladder: 1 } });
    expect(await rows.one('person')).toMatchObject({
      kind: 'person',
      status: 'running',
      can: { pause: false, resume: false, cancel: false, retry: [] },
    });
    expect((await rows.one('ladder')).kind).toBe('ladder');
  });

  it('give pace and time left of a run in its first session', async () => {
    const began = new Date(Date.now() - 60_000).toISOString();
    await save('live', {
      status: 'running',
      process: { ...nobody, host: 'another' },
      createdAt: began,
      updatedAt: began,
    });
    for (const question of ['q1', 'q2']) await store.commit(aRead('live', question));
    const { perMinute, etaSeconds } = await rows.one('live');
    expect(perMinute).toBeCloseTo(2, 1);
    expect(etaSeconds).toBeCloseTo(60, -1);
  });

  it('say that there is no such run', async () => {
    await expect(rows.one('r-nobody')).rejects.toMatchObject({ code: 'run-unknown' });
  });
});

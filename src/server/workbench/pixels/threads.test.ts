import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { PixelJob } from './job.ts';
import { pixelThreads } from './threads.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-threads-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// A program that does what the "path" of a job's files says.
const program = join(folder, 'thread.mjs');
writeFileSync(
  program,
  `import { parentPort } from 'node:worker_threads';
let waiting;
parentPort.on('message', (message) => {
  if ('grid' in message) return parentPort.postMessage({ id: waiting, said: 'done', result: message.grid });
  const { id, job } = message;
  const what = job.files.path;
  if (what === 'die') process.exit(1);
  if (what === 'throw') throw new Error('not meant to be');
  if (what === 'fill') { const all = []; for (;;) all.push(new Array(1e6).fill(all.length)); }
  if (what === 'refuse') return parentPort.postMessage({ id, said: 'failed', code: 'file-corrupt', message: 'It is damaged.' });
  if (what === 'fault') return parentPort.postMessage({ id, said: 'failed', code: 'internal', message: 'x', stack: 'Error: here' });
  if (what === 'grid') { waiting = id; return parentPort.postMessage({ id, said: 'wants-grid' }); }
  if (what === 'never') return;
  parentPort.postMessage({ id, said: 'arrived', voxels: 7 });
  parentPort.postMessage({ id, said: 'done', result: what });
});
`,
);

const job = (path: string): PixelJob => ({ kind: 'image', files: { path } as never });
const started = (options: Parameters<typeof pixelThreads>[0] = {}) =>
  pixelThreads({ program: pathToFileURL(program), count: 1, ...options });

describe('threads that open cases', () => {
  test('one that dies costs its own job, and the next one is served', async () => {
    const problems: unknown[] = [];
    const threads = started({ onProblem: (error) => problems.push(error) });
    for (const what of ['die', 'throw']) {
      const [lost, served] = await Promise.allSettled([threads.run(job(what)), threads.run(job('fine'))]);
      expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'internal' } });
      expect(served).toMatchObject({ status: 'fulfilled', value: 'fine' });
    }
    expect(problems).toHaveLength(2);
    await threads.close();
  });

  test('a refusal keeps its code and sentence; a fault of ours is told to the terminal, not to the visitor', async () => {
    const problems: unknown[] = [];
    const threads = started({ onProblem: (error) => problems.push(error) });
    await expect(threads.run(job('refuse'))).rejects.toMatchObject({
      code: 'file-corrupt',
      message: 'It is damaged.',
    });
    expect(problems).toHaveLength(0);
    await expect(threads.run(job('fault'))).rejects.toMatchObject({ code: 'internal' });
    expect(problems).toHaveLength(1);
    await threads.close();
  });

  test('masks get the grid of their scan; when there is none the thread is not left waiting', async () => {
    const threads = started();
    const grid = { shape: [1, 2, 3], spacing: [1, 1, 1], affine: [] } as never;
    expect(await threads.run(job('grid'), { grid: async () => grid })).toEqual(grid);
    const broken = threads.run(job('grid'), { grid: () => Promise.reject(new Error('no scan')) });
    await expect(broken).rejects.toThrow('no scan');
    expect(await threads.run(job('after'))).toBe('after');
    await threads.close();
  });

  test('progress is told, jobs keep their order, and idle threads end and come back', async () => {
    const threads = started({ idleMs: 30 });
    const told: number[] = [];
    const order: string[] = [];
    await Promise.all(
      ['a', 'b', 'c'].map((what) =>
        threads.run(job(what), { arrived: (voxels) => told.push(voxels) }).then(() => order.push(what)),
      ),
    );
    expect([told, order]).toEqual([
      [7, 7, 7],
      ['a', 'b', 'c'],
    ]);
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(await threads.run(job('again'))).toBe('again');
    await threads.close();
  });

  test('once closed, whoever waits is told', async () => {
    const threads = started();
    const stuck = [threads.run(job('never')), threads.run(job('queued'))];
    const told = Promise.allSettled(stuck);
    await threads.close();
    const late = await Promise.allSettled([threads.run(job('late'))]);
    for (const each of [...(await told), ...late])
      expect(each).toMatchObject({ reason: { code: 'cancelled' } });
  });
});

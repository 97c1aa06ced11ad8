// Runs in the workbench: begun, paused and resumed as processes, through kills of either side; and the page that shows it.
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Loopback, startLoopback } from '../../src/experts/testing/loopback.ts';
import type { Job } from '../../src/server/workbench/shapes/jobs.ts';
import type { RunRow } from '../../src/server/workbench/shapes/runs.ts';
import { openStore } from '../../src/storage/store.ts';
import { CHROMIUM, complaintsOf, openBrowser, seriousFaults } from './browser.ts';
import { call, demoFolder, type Served, serveFolder } from './served.ts';

const LIMIT = 60;
/** The model answers so many questions at once; whoever comes after waits for the gate. */
const FREE = 15;

let folder: string;
let model: Loopback;
let served: Served;
let asked: number;
let gate: { readonly opened: Promise<void>; open(): void };

function newGate(): typeof gate {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

beforeAll(async () => {
  model = await startLoopback({
    record: false,
    async answer() {
      if (asked++ >= FREE) await gate.opened;
      return { text: 'A', usage: { input: 100, output: 2 }, delayMs: 5 };
    },
  });
});
afterAll(() => model?.close());
beforeEach(async () => {
  asked = 0;
  gate = newGate();
  folder = await demoFolder();
}, 120_000);
afterEach(async () => {
  gate.open();
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

const serve = () => serveFolder(folder, ['--allow', new URL(model.url).origin, '--base-url', model.url]);
const api = async <T>(path: string, method = 'GET', body?: unknown): Promise<T> => {
  const reply = await call(served, served.token, path, { method, ...(body === undefined ? {} : { body }) });
  return (reply.status === 204 ? undefined : await reply.json()) as T;
};
const runs = async () => (await api<{ runs: RunRow[] }>('/api/runs')).runs;
const readsOf = ({ counts }: RunRow) => Object.values(counts).reduce((sum, n) => sum + n, 0);

async function until<T>(what: () => Promise<T | undefined>, patienceMs = 40_000): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const found = await what();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`This did not come about: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const runWhere = (id: string, is: (run: RunRow) => boolean) =>
  until(async () => (await runs()).find((run) => run.id === id && is(run)));
const isHeld = (run: RunRow) => run.status === 'running' && readsOf(run) >= FREE;

/** Begins a run of the model and waits until the gate holds it up. */
async function heldRun(): Promise<RunRow> {
  const [{ benchmark }] = await runs();
  const wanted = { benchmark: benchmark.id, readers: ['compatible/slow'], limit: LIMIT };
  const [{ id }] = (await api<{ jobs: Job[] }>('/api/runs', 'POST', wanted)).jobs;
  const { run = '' } = await until(async () => {
    const job = await api<Job>(`/api/jobs/${id}`);
    if (job.status === 'failed') throw new Error(job.problem);
    return job.run === undefined ? undefined : job;
  });
  return runWhere(run, isHeld);
}

/** What the store holds of a run: one read for each question, whatever happened in between. */
async function readsInStore(id: string): Promise<{ reads: number; questions: number; resent: number }> {
  const store = await openStore(`${folder}/overread.db`);
  try {
    const keys: string[] = [];
    for await (const read of store.reads(id)) keys.push(read.questionId);
    const { resent = -1 } = (await store.run(id)) ?? {};
    return { reads: keys.length, questions: new Set(keys).size, resent };
  } finally {
    await store.close();
  }
}

describe('runs as processes', () => {
  test('pause finishes what is under way, resume asks the rest: nothing is lost, doubled or asked twice', async () => {
    served = await serve();
    const { id } = await heldRun();
    const pausing = await api<RunRow>(`/api/runs/${id}/pause`, 'POST');
    expect(pausing).toMatchObject({ stopping: true, can: { pause: false, resume: false } });
    // A second wish must not become a second signal, which would end it at once.
    await api(`/api/runs/${id}/pause`, 'POST');
    // Held up by the gate, the run has nothing else to do than to hear the signal, however busy the machine is.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    gate.open();
    const paused = await runWhere(id, ({ status, can }) => status === 'paused' && can.resume);
    expect(readsOf(paused)).toBeGreaterThanOrEqual(FREE);
    expect(readsOf(paused)).toBeLessThanOrEqual(LIMIT);
    expect(readsOf(paused)).toBe(asked);
    if (readsOf(paused) < LIMIT) await api(`/api/runs/${id}/resume`, 'POST', {});
    const done = await runWhere(id, ({ status }) => status === 'done');
    expect(done.counts).toMatchObject({ answered: LIMIT });
    expect(await readsInStore(id)).toEqual({ reads: LIMIT, questions: LIMIT, resent: 0 });
    expect(await api(`/api/runs/${id}/resume`, 'POST', {})).toMatchObject({ error: { code: 'not-allowed' } });
  }, 120_000);

  test('a killed server leaves its run to the next one; a killed run is interrupted and goes on', async () => {
    served = await serve();
    const { id } = await heldRun();
    const died = served;
    process.kill(died.pid, 'SIGKILL');
    served = await serve();
    const [survivor] = (await runs()).filter((run) => run.id === id);
    expect(survivor).toMatchObject({ status: 'running', can: { pause: true, resume: false } });
    const store = await openStore(`${folder}/overread.db`);
    const owner = (await store.run(id))?.process?.pid ?? 0;
    await store.close();
    process.kill(owner, 'SIGKILL');
    const interrupted = await runWhere(id, ({ status }) => status === 'interrupted');
    expect(interrupted.can).toMatchObject({ pause: false, resume: true });
    gate.open();
    await api(`/api/runs/${id}/resume`, 'POST', {});
    await runWhere(id, ({ status }) => status === 'done');
    const { reads, questions } = await readsInStore(id);
    expect([reads, questions]).toEqual([LIMIT, LIMIT]);
  }, 120_000);

  test('a server that ends pauses its runs, and the next one resumes them', async () => {
    served = await serve();
    const { id } = await heldRun();
    const closing = served.close();
    gate.open();
    await closing;
    served = await serve();
    const paused = await runWhere(id, ({ status }) => status === 'paused' || status === 'done');
    if (paused.status === 'paused') await api(`/api/runs/${id}/resume`, 'POST', {});
    await runWhere(id, ({ status }) => status === 'done');
    expect(await readsInStore(id)).toEqual({ reads: LIMIT, questions: LIMIT, resent: 0 });
  }, 120_000);

  test('an endpoint that was not allowed is refused in the words of the trust list, and nothing is sent', async () => {
    served = await serveFolder(folder, ['--base-url', model.url]);
    const [{ benchmark }] = await runs();
    const before = (await runs()).length;
    const wanted = { benchmark: benchmark.id, readers: ['compatible/slow'] };
    const [{ id }] = (await api<{ jobs: Job[] }>('/api/runs', 'POST', wanted)).jobs;
    const job = await until(async () => {
      const one = await api<Job>(`/api/jobs/${id}`);
      return one.status === 'failed' ? one : undefined;
    });
    expect(job.problem).toMatch(/--allow/);
    expect(asked).toBe(0);
    expect(await runs()).toHaveLength(before);
    for (const body of [
      { ...wanted, readers: ['--allow=http://evil.example'] },
      { ...wanted, allow: ['http://evil.example'] },
      { ...wanted, 'base-url': 'http://evil.example' },
      { ...wanted, readers: ['random'], options: { allow: 'http://evil.example' } },
      { ...wanted, readers: [] },
      { ...wanted, benchmark: '../../etc' },
    ])
      expect(await api('/api/runs', 'POST', body)).toMatchObject({ error: { code: 'bad-argument' } });
  }, 120_000);
});

describe.skipIf(CHROMIUM === undefined)('the runs page', () => {
  test('begins a run from the form, shows it live, pauses, resumes and finishes it', async () => {
    served = await serve();
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      const complaints = complaintsOf(page);
      await page.goto(served.url);
      await page.getByRole('link', { name: 'executor#oracle' }).waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      await page.getByRole('button', { name: 'Start a run' }).click();
      const form = page.getByRole('dialog');
      await form.getByRole('textbox', { name: 'Readers' }).fill('compatible/slow');
      await page.keyboard.press('Enter');
      await form.getByRole('textbox', { name: 'Limit' }).fill(String(LIMIT));
      expect(await seriousFaults(page)).toEqual([]);
      await form.getByRole('button', { name: 'Start', exact: true }).click();
      await form.waitFor({ state: 'detached', timeout: 40_000 });
      const row = page.getByRole('row').filter({ hasText: 'compatible/slow' });
      await row.getByText('Running').waitFor();
      // Live: nobody reloads.
      const amount = row.getByText(new RegExp(`^\\d+ of ${LIMIT}$`));
      const shown = async () => Number((await amount.textContent())?.split(' ')[0]);
      await until(async () => ((await shown()) >= FREE ? true : undefined));
      await row.getByRole('button', { name: 'Pause' }).click();
      await row.getByText('Stopping').waitFor();
      gate.open();
      await row.getByText(/Paused|Done/).waitFor({ timeout: 40_000 });
      if (await row.getByText('Paused').isVisible()) {
        expect(await seriousFaults(page)).toEqual([]);
        await row.getByRole('button', { name: 'Resume' }).click();
      }
      await row.getByText('Done').waitFor({ timeout: 40_000 });
      expect(await shown()).toBe(LIMIT);
      await page.getByRole('checkbox', { name: 'Choose random' }).check();
      await page.getByRole('checkbox', { name: 'Choose constant' }).check();
      expect(
        await page.getByRole('link', { name: 'Compare', exact: true }).last().getAttribute('href'),
      ).toMatch(/compare\?runs=r-\w+%2Cr-\w+/);
      await page.getByRole('searchbox', { name: 'Search' }).fill('slow');
      await until(async () => ((await page.getByRole('row').count()) === 2 ? true : undefined));
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  }, 120_000);
});

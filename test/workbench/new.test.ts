// From own scans to a benchmark: what may be pointed at, what may be sent, and the page that leads through it.
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BenchmarkEntry } from '../../src/server/workbench/shapes/benchmarks.ts';
import type { Job } from '../../src/server/workbench/shapes/jobs.ts';
import type { InspectionShape, Uploaded } from '../../src/server/workbench/shapes/new.ts';
import { CHROMIUM, complaintsOf, openBrowser, seriousFaults } from './browser.ts';
import { call, demoFolder, type Served, serveFolder } from './served.ts';

let folder: string;
let served: Served;
beforeAll(async () => {
  folder = await demoFolder();
  // Two of the demo's scans, so that a build takes seconds; and what must not be reached.
  mkdirSync(join(folder, 'few'));
  for (const name of readdirSync(join(folder, 'scans')).filter((one) => /00[12]$/.test(one)))
    symlinkSync(join(folder, 'scans', name), join(folder, 'few', name));
  mkdirSync(join(folder, 'broken'));
  writeFileSync(join(folder, 'broken', 'ct.nii.gz'), 'these are no voxels');
  symlinkSync('/etc', join(folder, 'etc'));
  served = await serveFolder(folder);
}, 120_000);
afterAll(async () => {
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

const api = async <T>(path: string, method = 'GET', body?: unknown): Promise<T> => {
  const reply = await call(served, served.token, path, { method, ...(body === undefined ? {} : { body }) });
  return (reply.status === 204 ? undefined : await reply.json()) as T;
};
async function ended({ id }: Pick<Job, 'id'>): Promise<Job> {
  const end = Date.now() + 60_000;
  for (;;) {
    const job = await api<Job>(`/api/jobs/${id}`);
    if (job.endedAt !== undefined) return job;
    if (Date.now() > end) throw new Error(`The job ${job.title} does not end.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const refused = (code: string) => ({ error: { code } });
const upload = async (path: string, body: Uint8Array<ArrayBuffer>): Promise<Uploaded> => {
  const headers = { authorization: `Bearer ${served.token}` };
  return (await (
    await fetch(`${served.origin}${path}`, { method: 'POST', headers, body })
  ).json()) as Uploaded;
};

describe('pointing at scans', () => {
  test('folders are shown below the one that was allowed, and no way leads out of it', async () => {
    const list = await api<{ entries: { name: string }[] }>('/api/files');
    const names = list.entries.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['few', 'scans', 'broken']));
    // Links out and the workbench's own files are not there.
    expect(names).not.toEqual(expect.arrayContaining(['etc']));
    expect(names.filter((name) => name.endsWith('.workbench'))).toEqual([]);
    for (const path of ['..', '/etc', 'etc', 'etc/passwd', 'few/../../..', '%2e%2e', 'overread.workbench']) {
      const query = new URLSearchParams({ path });
      const files = await call(served, served.token, `/api/files?${query}`);
      expect([403, 404], path).toContain(files.status);
      for (const address of ['/api/inspections', '/api/builds']) {
        const body = { source: { files: path }, ...(address.endsWith('builds') ? { name: 'b' } : {}) };
        expect((await call(served, served.token, address, { method: 'POST', body })).status).not.toBe(202);
      }
    }
  });

  test('a broken scan breaks its inspection and nothing else, and says why without a path', async () => {
    const job = await ended(await api<Job>('/api/inspections', 'POST', { source: { files: 'broken' } }));
    expect(job.status).toBe('failed');
    expect(job.problem).toMatch(/\w{3,}.*\.$/);
    expect(job.problem).not.toContain(folder);
    const one = await ended(
      await api<Job>('/api/inspections', 'POST', { source: { files: 'broken/ct.nii.gz' } }),
    );
    expect(one.problem).toContain('ct.nii.gz');
    expect(await api('/api/me')).toMatchObject({ role: 'owner' });
  });

  test('names of layouts, schemes, types and benchmarks cannot be flags or paths', async () => {
    const source = { files: 'few' };
    for (const body of [
      { source, name: '../escape' },
      { source, name: '--out' },
      { source, name: '.hidden' },
      { source, name: 'b', scheme: '/etc/passwd' },
      { source, name: 'b', scheme: '../x.json' },
      { source, name: 'b', layout: '--help' },
      { source, name: 'b', types: ['--secret'] },
      { source, name: 'b', options: { '--secret': 'x' } },
      { source, name: 'b', options: { 'a.b': 'x --secret y' } },
      { source, name: 'b', out: '/tmp/elsewhere' },
      { source: { upload: '../..' }, name: 'b' },
    ])
      expect(await api('/api/builds', 'POST', body), JSON.stringify(body)).toMatchObject(
        refused('bad-argument'),
      );
  });

  test('sent files are inspected as those that lie there, and can be removed', async () => {
    const scan = join(folder, 'scans', 'phantom-001');
    const files = readdirSync(scan, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    let id = '';
    for (const file of files) {
      const place = join(file.parentPath, file.name);
      const name = `scans/phantom-001/${place.slice(scan.length + 1)}`;
      const query = new URLSearchParams({ name, ...(id === '' ? {} : { upload: id }) });
      ({ upload: id } = await upload(`/api/uploads?${query}`, new Uint8Array(readFileSync(place))));
    }
    const job = await ended(await api<Job>('/api/inspections', 'POST', { source: { upload: id } }));
    const found = job.result as InspectionShape;
    expect(found).toMatchObject({ layout: 'mask-folder', cases: 1 });
    expect(found.inspected[0].labels?.length).toBeGreaterThan(10);
    expect(JSON.stringify(job)).not.toContain(folder);
    await api(`/api/uploads/${id}`, 'DELETE');
    const again = { source: { upload: id } };
    expect(await api('/api/inspections', 'POST', again)).toMatchObject(refused('file-not-found'));
  });

  test('a build can be stopped, and leaves nothing', async () => {
    const job = await api<Job>('/api/builds', 'POST', { source: { files: 'scans' }, name: 'stopped' });
    await api(`/api/jobs/${job.id}`, 'DELETE');
    expect((await ended(job)).status).toBe('cancelled');
    const built = join(folder, 'overread.workbench', 'benchmarks');
    expect(readdirSync(built)).toEqual([]);
  });
});

describe.skipIf(CHROMIUM === undefined)('the page', () => {
  test('leads from a folder of scans through inspection and build to a run, and the benchmark stays known', async () => {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      const complaints = complaintsOf(page);
      await page.goto(served.url);
      await page.getByRole('link', { name: 'New benchmark' }).click();
      await page.getByRole('button', { name: 'few' }).click();
      await page.getByRole('button', { name: 'phantom-001' }).waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      await page.getByRole('button', { name: 'Use this folder' }).click();
      await page.getByRole('heading', { name: 'What can be asked of the first 2 cases' }).waitFor();
      await page.getByText('phantom-001').click();
      await page.getByRole('columnheader', { name: 'Stands for' }).waitFor();
      // In the middle of it, somebody reloads.
      await page.reload();
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('two phantoms');
      await page.getByRole('button', { name: 'Build the benchmark' }).click();
      await page.getByText('Use letters, digits', { exact: false }).waitFor();
      await page.getByRole('textbox', { name: 'Name', exact: true }).fill('two-phantoms');
      expect(await seriousFaults(page)).toEqual([]);
      await page.getByRole('button', { name: 'Build the benchmark' }).click();
      await page.getByRole('progressbar', { name: 'Building the benchmark' }).waitFor();
      await page.getByText('“two-phantoms” is built').waitFor({ timeout: 60_000 });
      expect(await seriousFaults(page)).toEqual([]);
      await page.getByRole('link', { name: 'Start a run' }).click();
      await page.getByRole('dialog').getByText('two-phantoms').waitFor();
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
    const taken = { source: { files: 'few' }, name: 'two-phantoms' };
    expect(await api('/api/builds', 'POST', taken)).toMatchObject(refused('bad-argument'));
    const known = async () =>
      (await api<{ benchmarks: BenchmarkEntry[] }>('/api/benchmarks')).benchmarks.find(
        ({ name }) => name === 'two-phantoms',
      );
    const before = await known();
    expect(before).toMatchObject({ kind: 'built', available: true, place: 'two-phantoms' });
    await served.close();
    served = await serveFolder(folder);
    expect(await known()).toEqual(before);
  }, 120_000);
});

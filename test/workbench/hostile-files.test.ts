// Scans whose headers, file names and tags give orders, and headers of chance: inspected apart, shown as text.
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random } from '../../src/domain/random.ts';
import { ctSlice, dicomBytes } from '../../src/imaging/dicom/testing/dicom-sample.ts';
import type { Job } from '../../src/server/workbench/shapes/jobs.ts';
import { CHROMIUM, complaintsOf, openBrowser } from './browser.ts';
import { call, demoFolder, type Served, serveFolder } from './served.ts';

const ORDER = '<img src=x onerror="window.struck=1">';
const SCRIPT = '<script>window.struck=1</script>';
const FUZZED = 10;

let folder: string;
let served: Served;

beforeAll(async () => {
  folder = await demoFolder();
  const phantom = join(folder, 'scans', 'phantom-001');
  // Orders in a header's free text, and a mask whose file name is one.
  const hostile = join(folder, 'hostile', 'case-1');
  cpSync(phantom, hostile, { recursive: true });
  const header = gunzipSync(readFileSync(join(phantom, 'ct.nii.gz')));
  const spoken = Buffer.from(header);
  spoken.write(SCRIPT, 148, 79, 'latin1');
  spoken.write('<b>struck</b>', 228, 23, 'latin1');
  writeFileSync(join(hostile, 'ct.nii.gz'), gzipSync(spoken));
  const masks = join(hostile, 'segmentations');
  copyFileSync(join(masks, 'liver.nii.gz'), join(masks, `${ORDER}\u202Egpj.nii.gz`));
  // Tags of a series that say who it is, and give orders.
  mkdirSync(join(folder, 'series'));
  for (let z = 0; z < 3; z++)
    writeFileSync(
      join(folder, 'series', `${z}.dcm`),
      dicomBytes(
        ctSlice(
          { position: [0, 0, 2 * z], instance: z + 1 },
          { '0008103e': ['LO', SCRIPT], '00081030': ['LO', ORDER], '00080070': ['LO', `Maker${SCRIPT}`] },
        ),
      ),
    );
  // The same scan with bytes of its header changed by chance.
  const chance = random('hostile-files');
  for (let n = 0; n < FUZZED; n++) {
    const bytes = Buffer.from(header);
    for (let i = 0; i <= 3 * n; i++) bytes[chance.int(352)] = chance.int(256);
    mkdirSync(join(folder, 'fuzz'), { recursive: true });
    writeFileSync(join(folder, 'fuzz', `scan-${n}.nii.gz`), gzipSync(bytes));
  }
  served = await serveFolder(folder);
}, 120_000);
afterAll(async () => {
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

const api = async <T>(path: string, body?: unknown): Promise<T> =>
  (
    await call(served, served.token, path, body === undefined ? {} : { method: 'POST', body })
  ).json() as Promise<T>;

async function inspected(files: string): Promise<Job> {
  const { id } = await api<Job>('/api/inspections', { source: { files } });
  const end = Date.now() + 60_000;
  for (;;) {
    const job = await api<Job>(`/api/jobs/${id}`);
    if (job.endedAt !== undefined) return job;
    if (Date.now() > end) throw new Error(`The inspection of ${files} does not end.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('headers of chance', () => {
  test('each ends in an answer or in a sentence without a path, and the workbench goes on', async () => {
    for (const name of readdirSync(join(folder, 'fuzz'))) {
      const job = await inspected(`fuzz/${name}`);
      expect(['done', 'failed'], name).toContain(job.status);
      if (job.status === 'failed') expect(job.problem, name).toMatch(/\w{3,}.*[.?!]$/);
      expect(JSON.stringify(job), name).not.toContain(folder);
    }
    expect(await api('/api/me')).toMatchObject({ role: 'owner' });
  }, 120_000);

  test('who a series is of stays in its file', async () => {
    const job = await inspected('series');
    expect(job.status).toBe('done');
    expect(JSON.stringify(job)).not.toMatch(/Secret|ID-4711/);
  });
});

describe.skipIf(CHROMIUM === undefined)('on the page', () => {
  test('orders in headers, file names and tags are text', async () => {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      const complaints = complaintsOf(page);
      for (const place of ['hostile', 'series']) {
        await page.goto(served.url);
        await page.getByRole('link', { name: 'New benchmark' }).click();
        await page.getByRole('button', { name: place }).click();
        await page.getByRole('button', { name: 'Use this folder' }).click();
        await page
          .getByRole('heading', { level: 2 })
          .filter({ hasText: /^What / })
          .first()
          .waitFor();
        await page
          .getByText(place === 'hostile' ? 'case-1' : 'CT')
          .first()
          .waitFor();
        await page.evaluate(() => {
          for (const part of document.querySelectorAll('details')) part.open = true;
        });
        expect(await page.evaluate(() => (globalThis as { struck?: number }).struck), place).toBeUndefined();
        expect(await page.locator('img[src="x"], script:not([src]), iframe').count(), place).toBe(0);
        expect(await page.getByText('This page broke').count(), place).toBe(0);
        if (place === 'hostile')
          await page.getByText('onerror').first().waitFor({ state: 'attached', timeout: 10_000 });
        expect(await page.locator('body').innerText()).not.toMatch(/Secret|ID-4711|\u202E/);
        await page.evaluate(() => sessionStorage.clear());
      }
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  }, 90_000);
});

// A static export opens from disk: no server, no network, and what a read's steps look at is there to be seen.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/storage/store.ts';
import { CHROMIUM, complaintsOf, openBrowser, seriousFaults } from './browser.ts';
import { builtPage, demoFolder } from './served.ts';

const bin = fileURLToPath(new URL('../../bin/overread.js', import.meta.url));
let folder: string;
let out: string;
let predicted: string;
let random: string;
let web: string;

function snapshot(args: readonly string[]) {
  return spawnSync(process.execPath, [bin, 'snapshot', '--store', join(folder, 'overread.db'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, OVERREAD_WEB: web },
  });
}

beforeAll(async () => {
  web = await builtPage();
  folder = await demoFolder();
  const store = await openStore(join(folder, 'overread.db'));
  const runs = await store.runs();
  await store.close();
  const idOf = (reader: string) => runs.find((run) => run.reader === reader)?.id ?? '';
  predicted = idOf('executor#predicted');
  random = idOf('random');
  const written = snapshot([predicted, random, '--out', 'pages', '--reads', '40']);
  expect(written.stderr, written.stderr).not.toContain('overread:');
  // Somewhere else, so that nothing can depend on where it was written.
  out = mkdtempSync(join(tmpdir(), 'overread-export-'));
  cpSync(join(folder, 'pages'), out, { recursive: true });
}, 180_000);
afterAll(() => rmSync(out, { recursive: true, force: true }));

test('a folder that holds something is left alone, and an unknown run is one sentence', () => {
  const again = snapshot([predicted, '--out', 'pages']);
  expect([again.status, again.stderr]).toEqual([2, expect.stringMatching(/holds something already/)]);
  const unknown = snapshot(['r-unknown0', '--out', 'elsewhere']);
  expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringMatching(/no run r-unknown0/)]);
});

test('no token, no address of a server and no path of this machine is in it', () => {
  const page =
    readFileSync(join(out, 'index.html'), 'utf8') + readFileSync(join(out, 'data/index.js'), 'utf8');
  expect(page).not.toMatch(/token|https?:\/\/|Bearer/);
  expect(page).not.toContain(folder);
});

describe.skipIf(CHROMIUM === undefined)('from disk', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test('runs, a run, its wrong reads and the slice of a step can be seen without a server', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const complaints = complaintsOf(page);
    const asked: string[] = [];
    page.on('request', (request) => {
      if (!/^(file|data|blob):/.test(request.url())) asked.push(request.url());
    });
    await page.goto(pathToFileURL(join(out, 'index.html')).href);
    await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
    expect(await page.getByRole('button', { name: /^(start a run|pause|resume|cancel)/i }).count()).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'executor#predicted' }).first().click();
    await page.getByRole('heading', { level: 1 }).filter({ hasText: 'executor#predicted' }).waitFor();
    await page.goto(`${pathToFileURL(join(out, 'index.html')).href}#/runs/${predicted}?outcome=wrong`);
    const [row] = await wrongReads(page, predicted);
    await page.goto(
      `${pathToFileURL(join(out, 'index.html')).href}#/runs/${predicted}/reads/${encodeURIComponent(row)}?repeat=0&outcome=error`,
    );
    await page.locator('[data-ready="true"]').first().waitFor({ timeout: 20_000 });
    const lit = await page
      .locator('canvas')
      .first()
      .evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const data =
          (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
        let bright = 0;
        for (let i = 0; i < data.length; i += 4) if (data[i] > 40) bright++;
        return bright / (data.length / 4);
      });
    // A body on black: neither an empty canvas nor a white one.
    expect(lit).toBeGreaterThan(0.02);
    expect(lit).toBeLessThan(0.98);
    expect(await seriousFaults(page)).toEqual([]);
    await page.goto(
      `${pathToFileURL(join(out, 'index.html')).href}#/compare?runs=${encodeURIComponent(`${random},${predicted}`)}`,
    );
    await page.getByRole('link', { name: 'executor#predicted' }).first().waitFor();
    expect(asked).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  }, 90_000);
});

/** Ids of wrong reads as the export's own list has them. */
async function wrongReads(page: Page, run: string): Promise<string[]> {
  return page.evaluate(async (id) => {
    const rows: string[] = [];
    const index = (globalThis as unknown as { overreadExport: { files: Record<string, string> } })
      .overreadExport;
    for (const path of Object.keys(index.files)) {
      const match = new RegExp(`^/api/runs/${id}/reads/([^?]+)\\?`).exec(path);
      if (match !== null) rows.push(decodeURIComponent(match[1]));
    }
    return rows;
  }, run);
}

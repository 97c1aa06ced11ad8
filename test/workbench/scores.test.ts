// The pages of a run and of a comparison in a real browser: the report's numbers, marks that lead to reads, downloads.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/domain/report.ts';
import { tableRows } from '../../src/records/delimited.ts';
import { CHROMIUM, complaintsOf, openBrowser, seriousFaults } from './browser.ts';
import { call, command, demoFolder, type Served, serveFolder } from './served.ts';

let served: Served;
let folder: string;
let report: Report;
/** Run ids by reader. */
let ids: Record<string, string>;
beforeAll(async () => {
  folder = await demoFolder();
  served = await serveFolder(folder);
  const { runs } = (await (await call(served, served.token, '/api/runs')).json()) as {
    runs: { id: string; reader: string }[];
  };
  ids = Object.fromEntries(runs.map(({ id, reader }) => [reader, id]));
  const named = ['executor#predicted', 'executor#oracle', 'random'].map((reader) => ids[reader]);
  report = JSON.parse(
    await command(['report', ...named, '--format', 'json', '--store', join(folder, 'overread.db')]),
  );
}, 120_000);
afterAll(() => served?.close());

const runOf = (reader: string): string => ids[reader] ?? '';
const percent = (score: number | null | undefined): string => (100 * (score ?? Number.NaN)).toFixed(1);

describe('the API of scores', () => {
  test('says what the report command says, and gives each table as CSV', async () => {
    const runs = ['executor#predicted', 'executor#oracle', 'random'].map(runOf).join(',');
    const reply = await call(served, served.token, `/api/reports?runs=${runs}&protocol=strict`);
    expect(await reply.json()).toEqual({ kind: 'built', report, runs: runs.split(',') });
    const table = await call(served, served.token, `/api/reports?runs=${runs}&as=csv&table=pairs`);
    expect(table.headers.get('content-disposition')).toMatch(/^attachment; filename="pairs-[\w.-]+\.csv"$/);
    const [head, ...rows] = tableRows((await table.text()).replace(/^\uFEFF/, ''));
    expect(rows.map((row) => Number(row[head.indexOf('p_holm')]))).toEqual(
      report.pairs.map(({ pHolm }) => pHolm),
    );
    const all = await call(served, served.token, `/api/runs/${runOf('random')}/reads?as=csv`);
    const reads = tableRows((await all.text()).replace(/^\uFEFF/, ''));
    expect(reads).toHaveLength(1 + report.readers[2].overall.n);
    expect(reads.every((row) => row.length === reads[0].length)).toBe(true);
  });

  test('refuses what it does not know in a sentence', async () => {
    for (const [path, status] of [
      ['/api/runs/r-none', 404],
      ['/api/runs/r-none/reads', 404],
      ['/api/reports?runs=', 400],
      [`/api/runs/${runOf('random')}/reads?outcome=lovely`, 400],
      [`/api/runs/${runOf('random')}/reads?limit=5000`, 400],
    ] as const) {
      const reply = await call(served, served.token, path);
      expect(reply.status, path).toBe(status);
      expect((await reply.json()).error.message).toMatch(/\w/);
    }
  });

  test('tells a browser no path of this machine', async () => {
    const reply = await call(served, served.token, `/api/runs/${runOf('executor#predicted')}`);
    expect(await reply.text()).not.toContain(folder);
  });
});

describe.skipIf(CHROMIUM === undefined)('in the browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  async function opened(path: string): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const complaints = complaintsOf(page);
    await page.goto(served.url);
    await page.goto(`${served.origin}/#${path}`);
    return { page, complaints };
  }

  test('a mark of a run leads to its reads, a read to its page, and back leads back', async () => {
    const run = runOf('executor#predicted');
    const { page, complaints } = await opened(`/runs/${run}`);
    const reader = report.readers.find(({ runId }) => runId === run);
    const { score, n } = reader?.stages['medical-reasoning'] ?? { score: null, n: 0 };
    const mark = page.getByRole('link', { name: new RegExp(`^Medical reasoning: ${percent(score)} %`) });
    await mark.waitFor();
    await page.getByText(`${report.readers[0].overall.n} reads`, { exact: true }).waitFor();
    await mark.click();
    await page.getByText(`${n} reads`, { exact: true }).waitFor();
    expect(page.url()).toContain('stage=medical-reasoning');
    // By keyboard: the causes are marks too.
    const cause = page.getByRole('link', { name: /^Wrong measurement: / });
    await cause.focus();
    await page.keyboard.press('Enter');
    await page.getByText(`${reader?.errors?.causes['wrong-measurement']} reads`, { exact: true }).waitFor();
    const rows = page.getByRole('table', { name: 'Reads' }).getByRole('row');
    expect(await rows.nth(1).textContent()).toContain('wrong');
    expect(await seriousFaults(page)).toEqual([]);
    await rows.nth(1).getByRole('link').click();
    await page.waitForURL(/\/reads\/.*cause=wrong-measurement/);
    await page.goBack();
    await page.getByText(`${reader?.errors?.causes['wrong-measurement']} reads`, { exact: true }).waitFor();
    await page.goBack();
    await page.getByText(`${n} reads`, { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);

  test('figures come as SVG and PNG that stand alone, tables as CSV', async () => {
    const run = runOf('executor#predicted');
    const { page, complaints } = await opened(`/runs/${run}`);
    await page.getByRole('heading', { name: 'Score by question type' }).waitFor();
    const fileOf = async (button: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByLabel(button, { exact: true }).click(),
      ]);
      return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
    };
    const svg = await fileOf('Score by stage as SVG');
    expect(svg.name).toMatch(/\.svg$/);
    const text = svg.bytes.toString('utf8');
    expect(text).not.toMatch(/var\(|class=|href|light-dark/);
    const parsed = await page.evaluate((source) => {
      const document = new DOMParser().parseFromString(source, 'image/svg+xml');
      const { documentElement: root } = document;
      return {
        broken: document.querySelector('parsererror') !== null,
        name: root.nodeName,
        bars: [...document.querySelectorAll('rect')].filter((rect) => rect.getAttribute('height') === '16')
          .length,
        size: [root.getAttribute('width'), root.getAttribute('height')].map(Number),
      };
    }, text);
    expect(parsed).toMatchObject({ broken: false, name: 'svg', bars: 6 });
    const png = await fileOf('Score by stage as PNG');
    expect(png.bytes.subarray(1, 4).toString('latin1')).toBe('PNG');
    // Twice its size, and on white.
    expect([png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)]).toEqual(
      parsed.size.map((side) => 2 * side),
    );
    const corner = await page.evaluate(async (base64) => {
      const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      const context = canvas.getContext('2d');
      context?.drawImage(picture, 0, 0);
      return [...(context?.getImageData(2, 2, 1, 1).data ?? [])];
    }, png.bytes.toString('base64'));
    expect(corner).toEqual([255, 255, 255, 255]);
    const csv = await fileOf('Score by stage as CSV');
    const [head, ...rows] = tableRows(csv.bytes.toString('utf8').replace(/^\uFEFF/, ''));
    const cell = rows.find((row) => row[head.indexOf('name')] === 'measurement') ?? [];
    expect(Number(cell[head.indexOf('score')])).toBe(
      report.readers.find(({ runId }) => runId === run)?.stages.measurement.score,
    );
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);

  test('three readers are compared as the report compares them, down to the read of either', async () => {
    const { page, complaints } = await opened('/compare');
    await page.getByRole('heading', { name: 'Choose two runs or more' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    for (const reader of ['executor#predicted', 'executor#oracle', 'random'])
      await page.getByRole('checkbox', { name: new RegExp(`^${reader} `) }).check();
    const pairs = page.getByRole('region', { name: 'Pairs' }).getByRole('row');
    await expect.poll(() => pairs.count(), { timeout: 20_000 }).toBe(1 + report.pairs.length);
    const cells = await pairs.evaluateAll((rows) =>
      rows.slice(1).map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent ?? '')),
    );
    expect(cells.map((row) => [row[0], row[4]])).toEqual(
      report.pairs.map(({ a, b, win, tie, loss }) => [`${a} − ${b}`, `${win} / ${tie} / ${loss}`]),
    );
    const [first] = report.pairs.filter(({ stage }) => stage === 'medical-reasoning');
    const { win, tie, loss, n } = first;
    await page
      .getByRole('link', {
        name: new RegExp(`^Medical reasoning: .*${win} won, ${tie} tied, ${loss} lost of ${n}`),
      })
      .click();
    const questions = page.getByRole('region', { name: 'Questions' }).getByRole('row');
    await expect
      .poll(() => questions.nth(1).textContent(), { timeout: 15_000 })
      .toContain('Medical reasoning');
    expect(await seriousFaults(page)).toEqual([]);
    await questions.nth(1).getByRole('link').first().click();
    await page.waitForURL(/\/runs\/[^/]+\/reads\//);
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);
});

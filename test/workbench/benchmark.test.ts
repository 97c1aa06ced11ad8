// The pages of benchmarks, methods and the API in a real browser.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { flagList } from '../../src/server/workbench/shapes/flags.ts';
import { questionPage } from '../../src/server/workbench/shapes/questions.ts';
import { allMethods } from '../../src/studies/all-methods.ts';
import { CHROMIUM, complaintsOf, openBrowser, seriousFaults } from './browser.ts';
import { call, demoFolder, type Served, serveFolder } from './served.ts';

let folder: string;
let served: Served;
let browser: Browser;
let page: Page;
let complaints: string[];
let benchmark: string;

/** Every byte of the benchmark's folder. */
const hashOfFiles = () =>
  readdirSync(join(folder, 'benchmark'))
    .sort()
    .map((name) =>
      createHash('sha256')
        .update(readFileSync(join(folder, 'benchmark', name)))
        .digest('hex'),
    )
    .join();

async function json<T>(path: string, shape: z.ZodType<T>): Promise<T> {
  return shape.parse(await (await call(served, served.token, path)).json());
}

async function choose(label: string, option: RegExp): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).click();
  await page.getByRole('option', { name: option }).click();
}

const go = (hash: string) => page.goto(`${served.origin}/#${hash}`);
const total = (n: number) => page.getByText(new RegExp(`^${n} of \\d+ questions$`));

describe.skipIf(CHROMIUM === undefined)('the pages of benchmarks', () => {
  beforeAll(async () => {
    folder = await demoFolder();
    served = await serveFolder(folder);
    browser = await openBrowser();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: served.origin });
    page = await context.newPage();
    complaints = complaintsOf(page);
    await page.goto(served.url);
    const { benchmarks } = await json(
      '/api/benchmarks',
      z.object({ benchmarks: z.array(z.object({ id: z.string() })) }),
    );
    benchmark = benchmarks[0].id;
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  test('a question is found by stage, organ and answer, flagged with a reason, and stays flagged', async () => {
    const before = hashOfFiles();
    await go('/benchmarks');
    await page.getByRole('link', { name: 'phantoms' }).click();
    await choose('Stage', /^Recognition/);
    await choose('Organ', /^kidneys/);
    await choose('Gold answer', /^No /);
    const wanted = await json(
      `/api/benchmarks/${benchmark}/questions?stage=recognition&organ=kidney&gold=No`,
      questionPage,
    );
    expect(wanted.total).toBeGreaterThan(0);
    await total(wanted.total).waitFor();
    expect(page.url()).toContain('stage=recognition');
    const rows = page.getByRole('table', { name: 'Questions' }).getByRole('row');
    expect(await rows.count()).toBe(wanted.total + 1);
    await rows.nth(1).getByRole('link').click();
    const pane = page.getByRole('complementary', { name: 'The chosen question' });
    await pane.getByText(wanted.rows[0].text).waitFor();
    // The chain says what was looked for and found.
    await pane.getByText(/looked for, no mask found/).waitFor();
    expect(await seriousFaults(page)).toEqual([]);

    await page.keyboard.press('f');
    await pane.getByRole('textbox', { name: 'Reason' }).fill('The left kidney holds a cyst of 9 mm.');
    await pane.getByRole('button', { name: 'Keep the flag' }).click();
    await pane.getByText('The left kidney holds a cyst of 9 mm.').waitFor();
    await page.reload();
    await pane.getByText('The left kidney holds a cyst of 9 mm.').waitFor();
    await total(wanted.total).waitFor();
    const { flags } = await json(`/api/benchmarks/${benchmark}/flags`, flagList);
    expect(flags).toMatchObject([
      {
        ...{ questionId: wanted.rows[0].id, kind: 'wrong-key', gold: 'No' },
        reason: 'The left kidney holds a cyst of 9 mm.',
      },
    ]);
    const file = page.waitForEvent('download');
    await page.getByRole('tab', { name: 'Flags' }).click();
    await page.getByRole('link', { name: 'Export JSONL' }).click();
    const lines = readFileSync(await (await file).path(), 'utf8');
    expect(JSON.parse(lines)).toMatchObject({ questionId: wanted.rows[0].id });
    expect(await seriousFaults(page)).toEqual([]);
    expect(hashOfFiles()).toBe(before);
    expect(complaints).toEqual([]);
  }, 40_000);

  test('a step of the evidence stands in the scan where it was measured', async () => {
    const found = await json(
      `/api/benchmarks/${benchmark}/questions?type=largest-lesion-diameter`,
      questionPage,
    );
    await go(`/benchmarks/${benchmark}?question=${found.rows[0].id}`);
    await page.getByRole('button', { name: 'See it in the scan: step 2' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('canvas').first().waitFor();
    // The ruler is as long as the key says, which is in cm and rounded.
    const ruler = await dialog
      .getByText(/Ruler [\d.]+ mm/)
      .first()
      .innerText();
    const millimetres = Number(/Ruler ([\d.]+) mm/.exec(ruler)?.[1]);
    expect(Math.abs(millimetres - 10 * Number(found.rows[0].gold))).toBeLessThan(0.11);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  }, 30_000);

  test('filters that leave nothing say which of them to drop', async () => {
    await go(`/benchmarks/${benchmark}?stage=recognition&answer=numeric`);
    await page.getByText('No question passes all of these filters').waitFor();
    const { counts } = await json(`/api/benchmarks/${benchmark}/questions`, questionPage);
    const recognition = counts.stage.find(({ value }) => value === 'recognition')?.count ?? 0;
    await page.getByText(`leaves ${recognition}`).waitFor();
    await page.getByRole('button', { name: 'Drop the filter Answer kind: numeric' }).click();
    await total(recognition).waitFor();
  }, 30_000);

  test('cases and provenance can be looked through, without a fault', async () => {
    await go(`/benchmarks/${benchmark}?tab=cases`);
    await page.getByRole('table', { name: 'Cases' }).getByRole('row').nth(6).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('tab', { name: 'Provenance' }).click();
    await page.getByText(/must never appear in a training corpus/).waitFor();
    expect(await page.locator('body').innerText()).not.toContain(folder);
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('tab', { name: /^Runs/ }).click();
    await page.getByRole('link', { name: 'executor#oracle' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  }, 40_000);

  test('every method is listed with a command to copy, and its check shows its numbers', async () => {
    await go('/methods');
    const cards = page.getByRole('article');
    await cards.first().waitFor();
    expect(await cards.count()).toBe((await allMethods()).length);
    await page.getByRole('searchbox', { name: 'Words' }).fill('SLAKE');
    const card = page.getByRole('article', { name: 'slake, benchmark' });
    await card.waitFor();
    await card.getByRole('button', { name: 'Copy the command of slake' }).click();
    await card.getByText('Copied').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^overread run slake /);
    await card.getByRole('button', { name: 'Run its check: slake' }).click();
    await card.getByText('passed').waitFor({ timeout: 30_000 });
    await card.getByText('Must not win').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  }, 60_000);

  test('the page of the API tells of each address, its shapes and a line for a shell', async () => {
    await go('/api?text=flags');
    await page.getByRole('button', { name: /POST \/api\/benchmarks\/\{benchmark\}\/flags/ }).click();
    await page.getByText(/curl -X POST -H "Authorization: Bearer \$TOKEN"/).waitFor();
    await page
      .getByText('one of "wrong-key", "ambiguous", "unanswerable", "bad-image", "other"')
      .first()
      .waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  }, 30_000);
});

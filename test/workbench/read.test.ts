// One read in the browser: from a wrong read to the slice it was read on, its masks, the next error, its transcript.
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyOutcome } from '../../src/domain/read.ts';
import type { ReadDetail } from '../../src/server/workbench/shapes/read.ts';
import type { ReadPage, ReadRow } from '../../src/server/workbench/shapes/reads.ts';
import { openStore } from '../../src/storage/store.ts';
import { CHROMIUM, complaintsOf, openBrowser, seriousFaults } from './browser.ts';
import { call, demoFolder, type Served, serveFolder } from './served.ts';

const HOSTILE =
  '<script>document.title = "stolen"</script><img src=x onerror="document.title=1">\u202Egnol\u202C\u0007 שלום';
const MEGABYTES = `${HOSTILE}\n${'word '.repeat(2 << 20)}the very end`;
const HOSTILE_RUN = 'r-hostile';

let folder: string;
let served: Served;
let run = '';
let wrong: ReadRow[] = [];
const api = async <T>(path: string): Promise<T> =>
  (await call(served, served.token, path)).json() as Promise<T>;

beforeAll(async () => {
  folder = await demoFolder();
  const store = await openStore(join(folder, 'overread.db'));
  const runs = await store.runs();
  const predicted = runs.find(({ reader }) => reader === 'executor#predicted');
  if (predicted === undefined) throw new Error('the demo has a run on predicted masks');
  run = predicted.id;
  await store.saveRun({
    ...predicted,
    id: HOSTILE_RUN,
    reader: 'tools@<b>bold</b>',
    settings: { maxSteps: 4 },
  });
  for await (const read of store.reads(run)) {
    await store.commit({
      ...emptyOutcome(),
      ...{ runId: HOSTILE_RUN, questionId: read.questionId, caseId: read.caseId, patientId: read.patientId },
      ...{ repeat: 0, at: read.at, status: 'unparsed', raw: MEGABYTES, reason: HOSTILE, requests: 2 },
      transcript: [
        { role: 'system', text: HOSTILE },
        { role: 'assistant', text: MEGABYTES },
      ],
      toolCalls: [
        {
          step: 1,
          tool: 'measure',
          arguments: { target: HOSTILE },
          result: { error: HOSTILE },
          milliseconds: 1,
        },
      ],
    });
    break;
  }
  await store.close();
  served = await serveFolder(folder);
  // Waits until the run is scored, which a page of reads does not.
  await api(`/api/runs/${run}/choices`);
  wrong = (await api<ReadPage>(`/api/runs/${run}/reads?outcome=error&limit=50`)).rows;
}, 120_000);
afterAll(() => served?.close());

/** Two cores are shared with other tests. */
const soon = <T>(value: () => T) => expect.poll(value, { timeout: 20_000 });

const viewer = (page: Page) => page.locator('figure[data-ready="true"]');
const numberOf = async (page: Page, name: string) => Number(await viewer(page).getAttribute(name));

/** Keeps the drawn slice in the page, and says how many of its pixels differ from the one kept before. */
const drawnAnew = (page: Page, keep: boolean): Promise<{ pixels: number; differing: number }> =>
  page.evaluate((keeps) => {
    const canvas = document.querySelector<HTMLCanvasElement>('figure canvas[data-plane="axial"]');
    const drawn = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height);
    const now = new Uint32Array(drawn?.data.buffer ?? new ArrayBuffer(0));
    const kept = globalThis as { keptPixels?: Uint32Array };
    const before = kept.keptPixels ?? now;
    if (keeps) kept.keptPixels = now;
    return {
      pixels: now.length,
      differing: now.reduce((sum, value, i) => sum + (value === before[i] ? 0 : 1), 0),
    };
  }, keep);

describe.skipIf(CHROMIUM === undefined)('the page of a read', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  async function opened(path: string): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const complaints = complaintsOf(page);
    page.on('dialog', (dialog) => complaints.push(`dialog ${dialog.message()}`));
    await page.goto(served.url);
    await page.goto(`${served.origin}/#${path}`);
    return { page, complaints };
  }

  test('stands on the slice of the first deviation with its masks, and moves on by keys', async () => {
    // A read that found a lesion where there is none: its own tool call says where.
    const details = await Promise.all(
      wrong.slice(0, 8).map(({ questionId }) => api<ReadDetail>(`/api/runs/${run}/reads/${questionId}`)),
    );
    const at = details.findIndex(({ rows, first }) => {
      const result = rows[first?.row ?? -1]?.calls[0]?.result;
      return result !== undefined && 'json' in result && Object(result.json).bounding_box !== undefined;
    });
    const detail = details[at];
    const result = detail?.rows[detail.first?.row ?? -1]?.calls[0]?.result;
    if (detail === undefined || result === undefined || !('json' in result))
      throw new Error('there is such a read');
    const { min, max } = (result.json as { bounding_box: { min: number[]; max: number[] } }).bounding_box;
    const { page, complaints } = await opened(`/runs/${run}/reads/${detail.question?.id}?outcome=error`);
    await viewer(page).waitFor();
    await page.getByRole('heading', { level: 1, name: `Read ${at + 1} of ${wrong.length}` }).waitFor();
    await soon(() => numberOf(page, 'data-index')).toBeGreaterThanOrEqual(min[2]);
    expect(await numberOf(page, 'data-index')).toBeLessThanOrEqual(max[2]);
    expect(await page.locator('[data-deviation]').count()).toBe(1);
    // Everything of the step is in sight at once.
    for (const name of ['[data-question]', '[data-chosen="true"] button', 'figure canvas']) {
      const box = await page.locator(name).first().boundingBox();
      expect(box?.y, name).toBeGreaterThanOrEqual(0);
      expect((box?.y ?? 800) + Math.min(box?.height ?? 0, 60), name).toBeLessThan(800);
    }
    const main = await page.evaluate(() => {
      const element = document.querySelector('main');
      return [element?.scrollHeight, element?.clientHeight, element?.scrollWidth, element?.clientWidth];
    });
    expect([main[0], main[2]]).toEqual([main[1], main[3]]);

    expect((await drawnAnew(page, true)).pixels).toBeGreaterThan(10_000);
    await page.keyboard.press('m');
    await soon(() => viewer(page).getAttribute('data-masks-visible')).toBe('false');
    expect((await drawnAnew(page, true)).differing).toBeGreaterThan(100);
    await page.keyboard.press('m');
    await soon(async () => (await drawnAnew(page, false)).differing).toBeGreaterThan(100);
    // A click on a step does not keep the viewer's keys from it.
    await page.locator('[data-chosen="true"] button').first().click();
    const before = await numberOf(page, 'data-index');
    await page.keyboard.press('ArrowDown');
    await soon(() => numberOf(page, 'data-index')).not.toBe(before);

    await page.keyboard.press('e');
    const next = wrong[at + 1];
    await soon(() => page.url()).toContain(next?.questionId);
    await page.getByRole('heading', { level: 1, name: `Read ${at + 2} of ${wrong.length}` }).waitFor();
    await page.keyboard.press('E');
    await soon(() => page.url()).toContain(detail.question?.id);
    await page.keyboard.press('n');
    await soon(() => page.url()).toContain('step=');
    await page.keyboard.press('t');
    await page.getByRole('tab', { name: /Transcript/, selected: true }).waitFor();
    await page.keyboard.press('t');
    await page.getByRole('tab', { name: 'Scan', selected: true }).waitFor();
    await page.getByRole('tab', { name: 'Other readers' }).click();
    await page.getByRole('link', { name: 'executor#oracle' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'executor#oracle' }).click();
    await page.locator('[data-outcome="right"]').waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('flags a question with a reason', async () => {
    const { page, complaints } = await opened(`/runs/${run}/reads/${wrong[0].questionId}`);
    await page.getByRole('button', { name: 'Flag…' }).click();
    await page.getByLabel('Reason').fill('The lesion lies in the other organ.');
    await page.getByRole('button', { name: 'Flag it' }).click();
    await page.getByText('The flag is kept').waitFor();
    const { benchmark } = await api<ReadDetail>(`/api/runs/${run}/reads/${wrong[0].questionId}`);
    const { flags } = await api<{ flags: { questionId: string }[] }>(`/api/benchmarks/${benchmark.id}/flags`);
    expect(flags.map(({ questionId }) => questionId)).toEqual([wrong[0].questionId]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('shows ten megabytes of hostile text as text, in steps', async () => {
    const [{ questionId }] = (await api<ReadPage>(`/api/runs/${HOSTILE_RUN}/reads`)).rows;
    const { page, complaints } = await opened(`/runs/${HOSTILE_RUN}/reads/${questionId}?step=1`);
    await page.locator('[data-outcome="unparsed"]').waitFor();
    await page.keyboard.press('t');
    const transcript = page.getByRole('region', { name: 'Transcript' });
    await transcript.getByText('<script>').first().waitFor();
    const lengthOf = () => transcript.evaluate((element) => element.textContent?.length ?? 0);
    const first = await lengthOf();
    expect(first).toBeLessThan(10_000);
    for (let step = 0; step < 6; step++)
      await transcript.getByRole('button', { name: 'Show more' }).last().click();
    // Further than what came with the read: it was fetched.
    await soon(lengthOf).toBeGreaterThan(80_000);
    expect(
      await page.evaluate(() => document.querySelectorAll('img[src="x"], script:not([src])').length),
    ).toBe(0);
    expect(await page.title()).toContain('Overread');
    // Direction and control characters are made visible: no text can turn its surroundings round.
    expect(
      await page
        .locator('body')
        .evaluate((body) => ['\u202E', '\u0007'].some((sign) => body.textContent?.includes(sign))),
    ).toBe(false);
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

// The reading room from end to end: people read blind in a real browser, a third decides, and they stand beside a model.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, complaintsOf, openBrowser, seriousFaults } from './browser.ts';
import { call, demoFolder, type Served, serveFolder } from './served.ts';

const QUESTIONS = 6;
/** Places of the second reader's own order at which another answer is given. */
const OTHERWISE = [1, 4];

let served: Served;
let folder: string;
let browser: Browser;

interface Somebody {
  readonly link: string;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly complaints: string[];
  /** Every reply of the API that their browser was given. */
  readonly replies: { readonly url: string; readonly body: string }[];
}

beforeAll(async () => {
  folder = await demoFolder();
  served = await serveFolder(folder);
  if (CHROMIUM !== undefined) browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

async function somebody(link: string): Promise<Somebody> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(8000);
  const page = await context.newPage();
  const replies: Somebody['replies'] = [];
  context.on('response', async (response) => {
    const body = await response.body().catch(() => Buffer.alloc(0));
    replies.push({ url: response.url(), body: body.toString('latin1') });
  });
  await page.goto(link);
  return { link, context, page, complaints: complaintsOf(page), replies };
}

/** Lines of a benchmark's file, without the canary that it begins with. */
const lines = (file: string): Record<string, unknown>[] =>
  readFileSync(join(folder, 'benchmark', file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .slice(1)
    .map((line) => JSON.parse(line));

const heading = (page: Page, place: number, of = QUESTIONS) =>
  page.getByRole('heading', { level: 1, name: `Question ${place} of ${of}` });

/** What the page has said by its live region. */
const said = (page: Page) => page.locator('output[aria-live]').last();

async function addPerson(page: Page, name: string, role: 'Reader' | 'Reviewer'): Promise<string> {
  await page.getByRole('button', { name: 'Add a person' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('radio', { name: new RegExp(`^${role}`) }).check();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const shown = page.getByRole('dialog', { name: `The link of ${name}` });
  await expect.poll(() => shown.getByRole('textbox', { name: 'Link' }).inputValue()).toContain('token=');
  const link = await shown.getByRole('textbox', { name: 'Link' }).inputValue();
  await shown.getByRole('button', { name: 'I have it' }).click();
  return link;
}

describe.skipIf(CHROMIUM === undefined)('a study with two readers and a reviewer', () => {
  let owner: Somebody;
  const links: Record<string, string> = {};
  /** Letter that each reader gave, by the words of the question. */
  const given: Record<'Ada' | 'Ben', Map<string, string>> = { Ada: new Map(), Ben: new Map() };
  const replies: Somebody['replies'] = [];

  test('the owner invites people and plans it step by step', async () => {
    owner = await somebody(served.url);
    const { page, complaints } = owner;
    await page.getByRole('link', { name: 'Reading room' }).click();
    await page.getByText('No study yet').waitFor();
    links.Ada = await addPerson(page, 'Ada', 'Reader');
    links.Ben = await addPerson(page, 'Ben', 'Reader');
    links.Cleo = await addPerson(page, 'Cleo', 'Reviewer');
    expect(await seriousFaults(page)).toEqual([]);

    await page.getByRole('link', { name: 'New study' }).click();
    await page.getByRole('textbox', { name: 'Title' }).fill('Six questions');
    await page.getByRole('combobox', { name: 'Benchmark' }).click();
    await page.getByRole('option', { name: /phantoms/ }).click();
    const count = page.getByText(/questions? about/);
    await expect.poll(() => count.textContent()).toContain(String(lines('questions.jsonl').length));
    await page.getByRole('textbox', { name: /At most/ }).fill(String(QUESTIONS));
    await expect.poll(() => count.textContent()).toContain(`${QUESTIONS} questions about 1 case of`);
    expect(await seriousFaults(page)).toEqual([]);
    // Nothing may be missing at the end: the title is taken away and asked for.
    await page.getByRole('textbox', { name: 'Title' }).fill('');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('Give the study a title.').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Begin the study' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Go to questions' }).click();
    await page.getByRole('textbox', { name: 'Title' }).fill('Six questions');
    for (const next of ['arms', 'answers', 'people'])
      await page.getByRole('button', { name: `Next: ${next}` }).click();
    await page.getByRole('checkbox', { name: /Ada/ }).check();
    await page.getByRole('checkbox', { name: /Ben/ }).check();
    await page.getByRole('checkbox', { name: /A reviewer decides/ }).check();
    await page.getByRole('group', { name: 'Reviewers' }).getByRole('checkbox', { name: /Cleo/ }).check();
    await page.getByRole('button', { name: 'Next: check' }).click();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Begin the study' }).click();
    await page.getByRole('heading', { level: 1, name: 'Six questions' }).waitFor();
    await page.getByText('No answers yet').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  }, 60_000);

  async function answer(who: 'Ada' | 'Ben', page: Page, place: number, letter: string): Promise<void> {
    await heading(page, place).waitFor();
    const words =
      (await page
        .getByRole('group', { name: /^Question/ })
        .locator('p')
        .first()
        .textContent()) ?? '';
    given[who].set(words, letter);
    await page.keyboard.press(letter.toLowerCase());
    await page.keyboard.press('7');
    await page.keyboard.press('Enter');
  }

  test('a reader goes through it by keyboard, with a reload in the middle and a reply that is lost', async () => {
    const ada = await somebody(links.Ada ?? '');
    const { page, complaints } = ada;
    await page.getByRole('heading', { level: 1, name: 'My worklists' }).waitFor();
    expect(await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allTextContents()).toEqual(
      ['My worklists'],
    );
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Begin' }).click();
    await page.getByRole('button', { name: 'Begin' }).click();

    await heading(page, 1).waitFor();
    await page.locator('[data-ready="true"]').waitFor();
    // The question has the focus, so that it is read out.
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Question 1 of');
    expect(await seriousFaults(page)).toEqual([]);
    const scan = page.locator('figure[data-ready]');
    const slice = Number(await scan.getAttribute('data-index'));
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => scan.getAttribute('data-index')).toBe(String(slice + 1));
    // Without a confidence nothing is sent.
    await page.keyboard.press('a');
    await page.keyboard.press('Enter');
    await page.getByText('Say how sure you are.').waitFor();
    await answer('Ada', page, 1, 'A');
    await heading(page, 2).waitFor();
    expect(await said(page).textContent()).toBe(`Answer saved. Question 2 of ${QUESTIONS}.`);

    // The server keeps the answer, its reply is lost and the line is down for a while: it is one answer all the same.
    let down = true;
    let kept = 0;
    await page.route('**/answer', async (route) => {
      if (!down) return route.continue();
      if (kept++ === 0) await route.fetch();
      return route.abort();
    });
    await answer('Ada', page, 2, 'A');
    await page.getByText('The workbench cannot be reached.').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    down = false;
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await heading(page, 3).waitFor();
    await page.unroute('**/answer');
    expect(kept).toBeGreaterThan(0);
    expect(complaints.splice(0).filter((line) => !line.includes('ERR_FAILED'))).toEqual([]);

    // A pause covers the scan and the question.
    await page.keyboard.press('Escape');
    await page.getByText('The scan and the question are covered.').waitFor();
    await expect.poll(() => scan.isVisible()).toBe(false);
    await page.keyboard.press('Enter');
    await expect.poll(() => scan.isVisible()).toBe(true);

    // What was chosen and not yet sent is there again after a reload, at the same question.
    await page.keyboard.press('a');
    await page.keyboard.press('7');
    await page.reload();
    await heading(page, 3).waitFor();
    expect(await page.getByRole('radio', { name: /^A/ }).isChecked()).toBe(true);
    expect(await page.getByRole('slider', { name: 'How sure' }).getAttribute('aria-valuetext')).toBe(
      '70 % sure',
    );
    for (let place = 3; place <= QUESTIONS; place++) await answer('Ada', page, place, 'A');
    await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
    expect(
      await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes('draft'))),
    ).toEqual([]);
    expect(given.Ada.size).toBe(QUESTIONS);
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    replies.push(...ada.replies);
    await ada.context.close();
  }, 60_000);

  test('another answers two of them differently', async () => {
    const ben = await somebody(links.Ben ?? '');
    const { page } = ben;
    await page.getByRole('link', { name: 'Begin' }).click();
    await page.getByRole('button', { name: 'Begin' }).click();
    for (let place = 1; place <= QUESTIONS; place++)
      await answer('Ben', page, place, OTHERWISE.includes(place) ? 'B' : 'A');
    await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
    expect(ben.complaints).toEqual([]);
    expect([...given.Ben.keys()].sort()).toEqual([...given.Ada.keys()].sort());
    replies.push(...ben.replies);
    await ben.context.close();
  }, 60_000);

  test('neither was ever given a key, an id of a case or anything of the other', () => {
    const statements = new Set(
      lines('keys.jsonl').flatMap((key) =>
        (key.evidence as { statement: string }[]).map(({ statement }) => statement),
      ),
    );
    const asked = lines('questions.jsonl').filter(({ text }) => given.Ada.has(String(text)));
    expect(asked.length).toBeGreaterThanOrEqual(QUESTIONS);
    const ids = asked.flatMap(({ id, caseId, patientId }) => [String(id), String(caseId), String(patientId)]);
    expect(replies.filter(({ url }) => url.includes('/slices/')).length).toBeGreaterThan(2);
    for (const { url, body } of replies) {
      // The page itself is the same for everybody.
      if (!url.includes('/api/')) continue;
      expect(
        [...statements].filter((statement) => body.includes(statement)),
        url,
      ).toEqual([]);
      for (const id of ids) expect(body, url).not.toContain(id);
      expect(body, url).not.toMatch(/"(evidence|keys?|gold|assumed|flags|statement|questionId|caseId)"/);
      expect(url).toMatch(/\/api\/(me$|reading\/)/);
    }
    const ofBen = replies.filter(({ body }) => body.includes('"Ben"'));
    expect(ofBen.every(({ url }) => url.endsWith('/api/me'))).toBe(true);
  });

  test('a reviewer decides where they differ', async () => {
    const cleo = await somebody(links.Cleo ?? '');
    const { page, complaints } = cleo;
    await page.getByText(`0 of ${OTHERWISE.length} decided`).waitFor();
    await page.getByRole('link', { name: 'Decide' }).click();
    await page.getByRole('heading', { level: 1, name: `Item 1 of ${OTHERWISE.length}` }).waitFor();
    await page.locator('[data-ready="true"]').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    const panel = page.getByRole('region', { name: 'Question and decision' });
    expect(await panel.textContent()).not.toMatch(/Ada|Ben/);
    await page.keyboard.press('a');
    await page.keyboard.press('Enter');
    await page.getByText('Say why').waitFor();
    await page.getByRole('textbox', { name: 'Why' }).fill('Seen on two slices.');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('heading', { level: 1, name: `Item 2 of ${OTHERWISE.length}` }).waitFor();
    await page.getByRole('radio', { name: /Cannot be answered/ }).check();
    await page.getByRole('textbox', { name: 'Why' }).fill('The field of view ends too early.');
    await page.getByRole('button', { name: 'Keep the decision' }).click();
    await page.getByText(`All ${OTHERWISE.length} are decided. Thank you.`).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await cleo.context.close();
  }, 60_000);

  test('the owner sees agreement, and people next to a model', async () => {
    const { page, complaints } = owner;
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Six questions' }).waitFor();
    await page.getByText(`${OTHERWISE.length} of ${OTHERWISE.length} decided`).waitFor();
    const agreement = page.getByRole('region', { name: 'Agreement' });
    // Four of six answers are the same, whatever kappa makes of it.
    await agreement
      .getByText(`same ${Math.round((100 * (QUESTIONS - OTHERWISE.length)) / QUESTIONS)} %`)
      .waitFor();
    expect(await agreement.getByRole('columnheader', { name: 'Cohen’s κ' }).count()).toBe(1);
    await page.getByRole('checkbox', { name: 'executor#oracle' }).check();
    const scores = page.getByRole('region', { name: 'Scores' });
    await scores.getByRole('row', { name: /executor#oracle/ }).waitFor();
    const rows = await scores.getByRole('row').allTextContents();
    expect(rows.some((row) => row.startsWith('Ada'))).toBe(true);
    expect(rows.some((row) => row.startsWith('Ben'))).toBe(true);
    // A reader that is told the annotation is right in all of them.
    expect(rows.find((row) => row.includes('executor#oracle'))).toContain('100.0');
    // What a person scores can be counted from the keys.
    const letters = new Map(lines('keys.jsonl').map(({ questionId, letter }) => [questionId, letter]));
    const csv = await (
      await call(
        served,
        served.token,
        `/api/room/studies/${page.url().split('/room/')[1]?.split('?')[0]}/readings.csv`,
      )
    ).text();
    const asked = lines('questions.jsonl').filter(({ id }) => csv.includes(String(id)));
    expect(asked).toHaveLength(QUESTIONS);
    const right = asked.filter(({ id, text }) => letters.get(id) === given.Ada.get(String(text))).length;
    expect(rows.find((row) => row.startsWith('Ada'))).toContain(((100 * right) / QUESTIONS).toFixed(1));
    expect(await seriousFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  }, 60_000);

  test('an aid is shown as what it is', async () => {
    const people = (await (await call(served, served.token, '/api/room/people')).json()) as {
      people: { id: string; name: string }[];
    };
    const { benchmarks } = (await (await call(served, served.token, '/api/benchmarks')).json()) as {
      benchmarks: { id: string }[];
    };
    const { runs } = (await (await call(served, served.token, '/api/runs')).json()) as {
      runs: { id: string; reader: string }[];
    };
    const made = await call(served, served.token, '/api/room/studies', {
      method: 'POST',
      body: {
        title: 'With an aid',
        questions: { benchmark: benchmarks[0]?.id, limit: 2 },
        arms: [
          {
            name: 'aided',
            label: 'With an aid',
            aid: { kind: 'run', run: runs.find(({ reader }) => reader === 'executor#oracle')?.id },
          },
          { name: 'plain', label: 'Without an aid' },
        ],
        washoutDays: 14,
        confidence: 'off',
        readers: [people.people.find(({ name }) => name === 'Ada')?.id],
      },
    });
    expect(made.status).toBe(200);
    const ada = await somebody(links.Ada ?? '');
    const { page } = ada;
    const cards = page.getByRole('article', { name: /With an aid, / });
    await cards.first().waitFor();
    expect(await cards.allTextContents()).toEqual([
      expect.stringContaining('Open'),
      expect.stringContaining('Opens after the worklist before it is done.'),
    ]);
    await cards.first().getByRole('link', { name: 'Begin' }).click();
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('region', { name: 'Aid' }).getByText('may be wrong').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    for (const place of [1, 2]) {
      await heading(page, place, 2).waitFor();
      await page.keyboard.press('a');
      await page.keyboard.press('Enter');
    }
    await page.getByRole('heading', { level: 1, name: 'Thank you' }).waitFor();
    // The other arm opens when the washout is over, and says when that is.
    const day = new Date(Date.now() + 14 * 86_400_000).toLocaleDateString('en-GB', { dateStyle: 'medium' });
    await page.getByText(`Next: With an aid, Without an aid opens on ${day}`).waitFor();
    expect(ada.complaints).toEqual([]);
    await ada.context.close();
  }, 60_000);
});

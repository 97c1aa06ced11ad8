// Whatever a model, a header or a file name says is text on every page: nothing runs, nothing loads, nothing is hidden by it.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Read } from '../../src/domain/read.ts';
import { emptyOutcome } from '../../src/domain/read.ts';
import { openBenchmark } from '../../src/questions/benchmark-folder.ts';
import { openStore } from '../../src/storage/store.ts';
import { CHROMIUM, complaintsOf, openBrowser } from './browser.ts';
import { call, demoFolder, type Served, serveFolder } from './served.ts';

/** Each would set window.struck, load something, or turn the words around, if it were anything but text. */
const ORDERS = [
  '<script>window.struck = 1</script>',
  '<img src=x onerror="window.struck = 1">',
  '"><svg onload="window.struck = 1">',
  '</textarea></style></title><iframe src="javascript:parent.struck=1"></iframe>',
  'javascript:window.struck=1//',
  '\u202Ekcats eht ni kcurts\u202C \u2066isolated\u2069 \u0000\u001b[31mred',
  '{{constructor.constructor("window.struck=1")()}} #{window.struck=1}',
  '[click](javascript:window.struck=1) ![x](https://tracker.example/pixel.png)',
  'العربية ثم English ثم العربية',
];
const BIG = 10 << 20;
const RUN = 'r-hostile1';

let served: Served;
let benchmark: string;
let questions: string[];

beforeAll(async () => {
  const folder = await demoFolder();
  const source = await openBenchmark(join(folder, 'benchmark'));
  benchmark = source.manifest.contentHash.slice(0, 16);
  const asked = (await source.questions({ limit: 12 })).slice(0, 12);
  questions = asked.map(({ id }) => id);
  const store = await openStore(join(folder, 'overread.db'));
  const [some] = await store.runs();
  await store.saveRun({
    ...some,
    id: RUN,
    reader: `tools@compatible/${ORDERS[1]}`,
    settings: { prompt: ORDERS[0], note: ORDERS[2] },
    planned: asked.length,
    createdAt: new Date().toISOString(),
  });
  for (const [i, question] of asked.entries()) {
    const text = ORDERS[i % ORDERS.length];
    const read: Read = {
      ...emptyOutcome(),
      runId: RUN,
      questionId: question.id,
      caseId: question.caseId,
      patientId: question.patientId,
      repeat: 0,
      status: (['answered', 'unparsed', 'refused', 'failed'] as const)[i % 4],
      ...(i % 4 === 0 ? { answer: { kind: 'text', text } } : {}),
      raw: i === 1 ? `${text}${'A'.repeat(BIG)}${text}` : text,
      reason: text,
      errorCode: text,
      transcript: [
        { role: 'user', text: question.text },
        {
          role: 'assistant',
          text: i === 1 ? `${text}${'B'.repeat(BIG)}` : text,
          images: [text, randomUUID()],
        },
      ],
      toolCalls: [
        {
          step: 0,
          tool: text,
          arguments: { [text]: text },
          result: { image: text, nested: [text] },
          milliseconds: 1,
        },
        { step: 1, tool: 'measure', arguments: { target: text }, result: null, error: text, milliseconds: 1 },
      ],
      maskSources: [text],
      at: new Date().toISOString(),
    };
    await store.commit(read);
  }
  await store.close();
  served = await serveFolder(folder);
}, 120_000);
afterAll(() => served?.close());

const owner = (path: string) => call(served, served.token, path);

describe('hostile text in a store', () => {
  test('the API hands it over as JSON, cut where it is long, and small enough for a page', async () => {
    for (const id of questions) {
      const reply = await owner(`/api/runs/${RUN}/reads/${encodeURIComponent(id)}?repeat=0`);
      expect(reply.status).toBe(200);
      expect(reply.headers.get('content-type')).toContain('application/json');
      expect((await reply.arrayBuffer()).byteLength).toBeLessThan(1 << 20);
    }
  });

  test('parameters that mean nothing get a sentence, and nothing of this machine', async () => {
    const nonsense = [
      '..',
      '%2e%2e%2f%2e%2e',
      "' or 1=1 --",
      '%00',
      '__proto__',
      'constructor',
      'a'.repeat(5000),
    ];
    const places = [
      (x: string) => `/api/runs/${x}`,
      (x: string) => `/api/runs/${x}/reads`,
      (x: string) => `/api/runs/${RUN}/reads/${x}?repeat=0`,
      (x: string) => `/api/runs/${RUN}/reads?stage=${x}`,
      (x: string) => `/api/benchmarks/${x}`,
      (x: string) => `/api/benchmarks/${benchmark}/cases/${x}/scan`,
      (x: string) => `/api/benchmarks/${benchmark}/questions?type=${x}&offset=${x}`,
      (x: string) => `/api/blobs/${x}`,
      (x: string) => `/api/reports?runs=${x}`,
      (x: string) => `/api/jobs/${x}`,
      (x: string) => `/api/files?path=${x}`,
    ];
    for (const place of places)
      for (const x of nonsense) {
        const reply = await owner(place(x));
        const text = await reply.text();
        expect(reply.status, `${place(x)}: ${text.slice(0, 200)}`).toBeLessThan(500);
        expect(text, place(x)).not.toMatch(/\/(tmp|root|home|usr|work)\/|at \w+ \(/);
      }
  });
});

describe.skipIf(CHROMIUM === undefined)('hostile text on the pages', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test('nothing of it runs or loads, on no page, and it can be read', async () => {
    const page = await browser.newPage();
    const complaints = complaintsOf(page);
    const strangers: string[] = [];
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (/^https?:$/.test(protocol) && origin !== served.origin) strangers.push(request.url());
    });
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(served.url);
    await page.getByText('onerror').first().waitFor();
    const paths = [
      `/runs/${RUN}`,
      `/compare?runs=${RUN}`,
      `/benchmarks/${benchmark}`,
      ...questions.map((id) => `/runs/${RUN}/reads/${encodeURIComponent(id)}?repeat=0`),
    ];
    for (const path of paths) {
      await page.goto(`${served.origin}/#${path}`);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.waitForLoadState('networkidle');
      expect(await page.evaluate(() => (globalThis as { struck?: number }).struck), path).toBeUndefined();
      expect(await page.locator('iframe, img[src="x"], script:not([src])').count(), path).toBe(0);
      const broken = await page.getByText('This page broke').count();
      expect(broken, path).toBe(0);
    }
    expect(strangers).toEqual([]);
    // Pictures that a transcript names and the store does not have are refused: that much may be said.
    expect(complaints.filter((complaint) => !/status of 40[04]/.test(complaint))).toEqual([]);
    await page.close();
  }, 120_000);
});

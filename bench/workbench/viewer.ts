// How soon and how fast slices of a 512 × 512 × 300 CT with masks are seen: the API, the page, and NiiVue beside it.
// npx node bench/workbench/viewer.ts [--rounds 5] [--slices 150] [--niivue-rounds 2] [--niivue-slices 6]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { openBenchmark } from '../../src/questions/benchmark-folder.ts';
import type { ScanFacts } from '../../src/server/workbench/shapes/scan.ts';
import { CHROMIUM, openBrowser } from '../../test/workbench/browser.ts';
import { call, type Served, serveFolder } from '../../test/workbench/served.ts';
import { largeCase } from './large-case.ts';
import { median, memoryOf, say } from './measuring.ts';
import { niivueFigures } from './niivue.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    slices: { type: 'string', default: '150' },
    'niivue-rounds': { type: 'string', default: '2' },
    'niivue-slices': { type: 'string', default: '6' },
  },
});
const rounds = Number(values.rounds);
const slices = Number(values.slices);

/** WebGL by software, since NiiVue cannot do without it; the page's own viewer needs none. */
const FLAGS = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
];

const scan = await largeCase();
const { manifest, cases } = await openBenchmark(join(scan, 'benchmark'));
const benchmark = manifest.contentHash.slice(0, 16);
const [caseId] = cases.keys();
const base = `/api/benchmarks/${benchmark}/cases/${caseId}`;
const PLANES = ['axial', 'coronal', 'sagittal'] as const;

async function bytes(served: Served, path: string): Promise<ArrayBuffer> {
  const reply = await call(served, served.token, path);
  if (!reply.ok) throw new Error(`${path} was answered with ${reply.status}: ${await reply.text()}`);
  return reply.arrayBuffer();
}

/** The longest that another request had to wait while `work` was done. */
async function longestWait<T>(served: Served, work: () => Promise<T>): Promise<[T, number]> {
  let longest = 0;
  let going = true;
  const asking = (async () => {
    while (going) {
      const start = performance.now();
      await bytes(served, '/api/me');
      longest = Math.max(longest, performance.now() - start);
    }
  })();
  const result = await work();
  going = false;
  await asking;
  return [result, longest];
}

interface ApiFigures {
  readonly factsMs: number;
  readonly firstMs: number;
  readonly wait: number;
  readonly perSlice: Readonly<Record<string, number>>;
  readonly peak: number;
}

/** A server that has not seen the case yet, called as a page calls it. */
async function api(served: Served): Promise<ApiFigures> {
  const start = performance.now();
  const [times, wait] = await longestWait(served, async () => {
    const reply = await call(served, served.token, `${base}/scan`);
    const facts = (await reply.json()) as ScanFacts;
    const factsMs = performance.now() - start;
    const middle = facts.planes.axial.count >> 1;
    await Promise.all(
      ['slices', 'masks'].map((what) => bytes(served, `${base}/${what}/${facts.version}/axial/${middle}`)),
    );
    return { facts, factsMs, firstMs: performance.now() - start };
  });
  const { facts } = times;
  const perSlice: Record<string, number> = {};
  for (const plane of PLANES)
    for (const what of ['slices', 'masks']) {
      // The last slice is there once the whole scan is.
      await bytes(served, `${base}/${what}/${facts.version}/${plane}/0`);
      const begun = performance.now();
      for (let i = 0; i < slices; i++)
        await bytes(served, `${base}/${what}/${facts.version}/${plane}/${(i * 2) % 300}`);
      perSlice[`${plane} ${what}`] = (performance.now() - begun) / slices;
    }
  return { factsMs: times.factsMs, firstMs: times.firstMs, wait, perSlice, peak: memoryOf(served.pid).peak };
}

/** In the page: when the first slice was on its canvas, in ms since the page was asked for. */
const WATCH = `new MutationObserver(() => {
  if (window.first === undefined && document.querySelector('figure[data-ready="true"]')) window.first = performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true })`;

/** One key press for each slice, the next as soon as the last one is on the canvas: slices a second. */
const SCROLL = `async (count) => {
  const figure = document.querySelector('figure[data-ready="true"]');
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const at = () => Number(figure.dataset.index);
  const first = at();
  const start = performance.now();
  for (let i = 1; i <= count; i++) {
    figure.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
    while (at() !== first + i) await frame();
  }
  return count / ((performance.now() - start) / 1000);
}`;

async function viewed(browser: Browser, served: Served): Promise<{ firstMs: number; perSecond: number }> {
  // Conditions that a page is asked for are evaluated in it, which its policy forbids.
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, bypassCSP: true });
  try {
    // The cookie first, in another tab: what is measured is the opening of the case's page.
    const door = await context.newPage();
    await door.goto(served.url);
    await door.close();
    const page = await context.newPage();
    await page.addInitScript(WATCH);
    await page.goto(`${served.origin}/#/benchmarks/${benchmark}/cases/${caseId}`);
    const first = await page.waitForFunction('window.first', undefined, { timeout: 60_000 });
    const firstMs = Number(await first.jsonValue());
    await page.keyboard.press('Home');
    await page.waitForFunction(`document.querySelector('figure[data-ready="true"]').dataset.index === '0'`);
    await page.waitForTimeout(1000);
    const perSecond = Number(await page.evaluate(`(${SCROLL})(${slices})`));
    return { firstMs, perSecond };
  } finally {
    await context.close();
  }
}

/** A server of its own for each round: no case is open, as after a start. */
async function fresh<T>(work: (served: Served) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'overread-viewer-bench-'));
  const served = await serveFolder(folder, [join(scan, 'benchmark')]);
  try {
    // As the page does that leads to the case.
    await bytes(served, `/api/benchmarks/${benchmark}`);
    return await work(served);
  } finally {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const calls: ApiFigures[] = [];
const pages: { firstMs: number; perSecond: number }[] = [];
const others: { firstMs: number; perSecond: number }[] = [];
/** The page as on a machine without a GPU; NiiVue in a browser of its own, where WebGL is there by software. */
const browser = CHROMIUM === undefined ? undefined : await openBrowser();
const withWebgl =
  CHROMIUM === undefined
    ? undefined
    : await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
try {
  for (let round = 0; round < rounds; round++) {
    calls.push(await fresh(api));
    if (browser === undefined || withWebgl === undefined) continue;
    pages.push(await fresh((served) => viewed(browser, served)));
    if (round < Number(values['niivue-rounds']))
      await niivueFigures(withWebgl, join(scan, 'scan'), Number(values['niivue-slices'])).then(
        (figures) => others.push(figures),
        (error: unknown) => say(`NiiVue gave up: ${error instanceof Error ? error.message : String(error)}`),
      );
  }
} finally {
  await browser?.close();
  await withWebgl?.close();
}

const ms = (all: readonly number[]) => `${median(all).toFixed(0)} ms`;
const spread = (all: readonly number[]) => `${Math.min(...all).toFixed(0)} to ${Math.max(...all).toFixed(0)}`;
say(
  `512 × 512 × 300 int16 CT (.nii.gz) with a label map; medians of ${rounds} rounds, each with a server of its own`,
);
say(`this machine: ${/model name\s*: (.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown'}`);
say(
  `API, facts:                        ${ms(calls.map((c) => c.factsMs))} (${spread(calls.map((c) => c.factsMs))})`,
);
say(
  `API, first slice with its masks:   ${ms(calls.map((c) => c.firstMs))} (${spread(calls.map((c) => c.firstMs))})`,
);
say(`API, longest wait of other calls:  ${ms(calls.map((c) => c.wait))}`);
for (const name of Object.keys(calls[0].perSlice))
  say(`API, ${name.padEnd(28)} ${median(calls.map((c) => c.perSlice[name])).toFixed(1)} ms a slice`);
say(`server's peak memory:              ${median(calls.map((c) => c.peak)).toFixed(0)} MiB`);
for (const [name, all] of [
  ['the case’s page', pages],
  ['NiiVue alone', others],
] as const)
  if (all.length > 0)
    say(
      `${name}: first slice after ${ms(all.map((one) => one.firstMs))} (${spread(all.map((one) => one.firstMs))}), then ${median(all.map((one) => one.perSecond)).toFixed(1)} slices a second`,
    );

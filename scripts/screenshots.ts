// npm run screenshots: serves what `screenshot-stage.ts` sets, and takes a picture of every page for the docs.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { complaintsOf, openBrowser } from '../test/workbench/browser.ts';
import { type Stage, setTheStage } from './screenshot-stage.ts';

const OUT = fileURLToPath(new URL('../docs/figures/workbench/', import.meta.url));
const LAPTOP = { width: 1280, height: 800 };

interface Shot {
  readonly name: string;
  /** Behind "#". */
  readonly path: (stage: Stage) => string;
  /** Whose token opens it. Default: the owner's. */
  readonly as?: (stage: Stage) => string;
  /** What is waited for or done before the picture is taken. */
  readonly prepare?: (page: Page) => Promise<void>;
  readonly dark?: boolean;
}

const drawn = async (page: Page): Promise<void> => {
  await page.locator('[data-ready="true"]').first().waitFor({ timeout: 20_000 });
  await page.waitForTimeout(700);
};

const run = (stage: Stage, reader: string): string => stage.runs.get(reader) ?? '';

const SHOTS: readonly Shot[] = [
  { name: 'runs', path: () => '/' },
  { name: 'run', path: (stage) => `/runs/${run(stage, 'executor#predicted')}` },
  {
    name: 'read',
    path: (stage) =>
      `/runs/${run(stage, 'executor#predicted')}/reads/${encodeURIComponent(stage.wrong)}?repeat=0`,
    prepare: drawn,
  },
  {
    name: 'read-dark',
    path: (stage) =>
      `/runs/${run(stage, 'executor#predicted')}/reads/${encodeURIComponent(stage.wrong)}?repeat=0`,
    prepare: drawn,
    dark: true,
  },
  {
    name: 'compare',
    path: (stage) =>
      `/compare?runs=${['executor#predicted', 'compatible/simulated', 'random'].map((reader) => run(stage, reader)).join(',')}`,
  },
  { name: 'benchmarks', path: () => '/benchmarks' },
  { name: 'benchmark', path: (stage) => `/benchmarks/${stage.benchmark}` },
  { name: 'case', path: (stage) => `/benchmarks/${stage.benchmark}/cases/${stage.caseId}`, prepare: drawn },
  { name: 'new', path: () => '/new' },
  { name: 'room', path: () => '/room' },
  { name: 'room-study', path: (stage) => `/room/${stage.study}` },
  { name: 'worklists', path: () => '/reading', as: (stage) => stage.readerToken },
  {
    name: 'reading',
    path: () => '/reading',
    as: (stage) => stage.readerToken,
    prepare: async (page) => {
      await page
        .getByRole('link', { name: /go on|begin|continue/i })
        .first()
        .click();
      await drawn(page);
    },
  },
  {
    name: 'adjudication',
    path: (stage) => `/adjudication/${stage.study}`,
    as: (stage) => stage.reviewerToken,
    prepare: drawn,
  },
  { name: 'methods', path: () => '/methods', prepare: (page) => page.getByText('vitar').first().waitFor() },
  { name: 'api', path: () => '/api' },
];

async function main(
  names: readonly string[],
  size: { width: number; height: number },
  out: string,
): Promise<number> {
  mkdirSync(out, { recursive: true });
  const stage = await setTheStage(16);
  const browser = await openBrowser();
  let faults = 0;
  try {
    for (const shot of SHOTS.filter(({ name }) => names.length === 0 || names.includes(name))) {
      const context = await browser.newContext({ viewport: size, colorScheme: shot.dark ? 'dark' : 'light' });
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      try {
        const token = shot.as?.(stage) ?? stage.served.token;
        await page.goto(`${stage.served.origin}/?token=${token}#${shot.path(stage)}`);
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await page.waitForTimeout(2500);
        await shot.prepare?.(page);
      } catch (error) {
        complaints.push(String(error));
      }
      await page.screenshot({ path: `${out}${shot.name}.png` });
      faults += complaints.length;
      process.stdout.write(`${shot.name}.png ${complaints.join('; ')}\n`);
      await context.close();
    }
  } finally {
    await browser.close();
    await stage.close();
  }
  return faults;
}

const args = process.argv.slice(2);
const big = args.includes('--4k');
const outAt = args.indexOf('--out');
const out = outAt < 0 ? OUT : `${args[outAt + 1].replace(/\/$/, '')}/`;
const names = args.filter((arg, i) => !arg.startsWith('--') && args[i - 1] !== '--out');
const faults = await main(names, big ? { width: 3840, height: 2160 } : LAPTOP, out);
process.exitCode = faults === 0 ? 0 : 1;

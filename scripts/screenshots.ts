// npm run screenshots: serves what `screenshot-stage.ts` sets, and takes a picture of every page for the docs.
// Names choose pages; --size 1024x768, --4k, --dark, --whole and --out choose how; --check looks for faults too.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { complaintsOf, openBrowser, seriousFaults } from '../test/workbench/browser.ts';
import { SHOTS, type Shot } from './screenshot-shots.ts';
import { type Stage, setTheStage } from './screenshot-stage.ts';

const OUT = fileURLToPath(new URL('../docs/figures/workbench/', import.meta.url));

interface Look {
  readonly width: number;
  readonly height: number;
  /** All pages in the dark. Default: those that say so. */
  readonly dark: boolean;
  /** The page in its whole height. Default: what the window shows. */
  readonly whole: boolean;
  /** Also look for serious faults (axe) and for pages wider than the window. */
  readonly check: boolean;
}

async function main(names: readonly string[], look: Look, out: string): Promise<number> {
  mkdirSync(out, { recursive: true });
  const stage = await setTheStage(16);
  const browser = await openBrowser();
  let faults = 0;
  try {
    for (const shot of SHOTS.filter(({ name }) => names.length === 0 || names.includes(name))) {
      const complaints = await take(browser, stage, shot, look, `${out}${shot.name}.png`);
      faults += complaints.length;
      process.stdout.write(`${shot.name}.png ${complaints.join('; ')}\n`);
    }
  } finally {
    await browser.close();
    await stage.close();
  }
  return faults;
}

async function take(
  browser: Browser,
  stage: Stage,
  shot: Shot,
  { width, height, dark, whole, check }: Look,
  path: string,
): Promise<string[]> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark || shot.dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  try {
    const token = shot.as?.(stage) ?? stage.served.token;
    await page.goto(`${stage.served.origin}/?token=${token}#${shot.path(stage)}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForTimeout(2500);
    await shot.prepare?.(page);
    if (whole) await growToWhole(page, width);
    if (check) complaints.push(...(await seriousFaults(page)), ...(await tooWide(page)));
  } catch (error) {
    complaints.push(String(error));
  }
  await page.screenshot({ path });
  await context.close();
  return complaints;
}

/** The page scrolls inside the window, which is therefore made as high as what it holds. */
async function growToWhole(page: Page, width: number): Promise<void> {
  const height = Number(await page.evaluate(`document.querySelector('main').scrollHeight`));
  await page.setViewportSize({ width, height: Math.min(Math.max(height, 400), 8000) });
  await page.waitForTimeout(700);
}

/** In the page's own language: the names of the DOM are no part of this program. */
const WIDE = `[document.documentElement, document.querySelector('main')]
  .filter((box) => box.scrollWidth > box.clientWidth + 1)
  .map((box) => box.tagName.toLowerCase() + ' is ' + (box.scrollWidth - box.clientWidth) + ' px too wide')`;
const tooWide = async (page: Page): Promise<string[]> => (await page.evaluate(WIDE)) as string[];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: OUT },
    size: { type: 'string', default: '1280x800' },
    '4k': { type: 'boolean', default: false },
    dark: { type: 'boolean', default: false },
    whole: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});
const [width, height] = (values['4k'] ? '3840x2160' : values.size).split('x').map(Number);
const faults = await main(
  positionals,
  { width, height, dark: values.dark, whole: values.whole, check: values.check },
  `${values.out.replace(/\/$/, '')}/`,
);
process.exitCode = faults === 0 ? 0 : 1;

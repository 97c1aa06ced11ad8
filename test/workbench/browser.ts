// A real browser for end-to-end tests: Debian's Chromium through playwright-core, with a fresh profile.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

export const CHROMIUM = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser'].map((name) => join(folder, name)))
  .find((file) => existsSync(file));

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--force-color-profile=srgb',
];

export async function openBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined)
    throw new Error('There is no Chromium on this machine: apt-get install chromium.');
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
}

/** What a page complained of: errors on its console, exceptions, refused resources. A good page has none. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  return complaints;
}

/** Faults of a page that axe calls serious or critical, one line each. */
export async function seriousFaults(page: Page): Promise<string[]> {
  const { default: axe } = await import('axe-core');
  // The page's policy takes no inline script: the source is evaluated by the debugger's own way in.
  await page.evaluate(axe.source);
  // It would fetch the sheets, which a page from disk may not.
  const run = `axe.run(document, { preload: !location.protocol.startsWith('file') })`;
  const { violations } = (await page.evaluate(run)) as { violations: Violation[] };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, impact, nodes }) =>
      nodes.map((node) => `${impact} ${id}: ${node.target.join(' ')} (${node.failureSummary ?? ''})`),
    );
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

/** Waits for a folder that one process makes and others wait for: a lock by mkdir. */
export async function alone<T>(lock: string, work: () => Promise<T>, patienceMs = 120_000): Promise<T> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (Date.now() > until) rmSync(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

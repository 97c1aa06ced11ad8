// The desk in a real browser: Debian's Chromium through playwright-core, which is loaded when a desk is opened.
import { access } from 'node:fs/promises';
import { messageOf, OverreadError } from '../../domain/errors.ts';
import type { PixelBox } from '../../domain/expert.ts';
import type { DeskAction } from './actions.ts';
import { deskPage } from './page.ts';
import type { DeskApp } from './tasks.ts';

export interface DeskElement {
  /** As a person reads it: the accessible name. */
  readonly name: string;
  readonly role: string;
  readonly box: PixelBox;
}

export interface DeskSession {
  screenshot(): Promise<Uint8Array>;
  /** What can be acted upon, with its place in the screenshot. */
  elements(): Promise<readonly DeskElement[]>;
  /** Carries an action out with real input events; an impossible one changes nothing and says why. */
  perform(action: DeskAction): Promise<{ readonly ok: boolean; readonly message: string }>;
  /** The application's state as plain JSON, for tests and graders; never shown to whoever operates it. */
  state(): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

export interface Desk {
  open(app: DeskApp, seed: string): Promise<DeskSession>;
  close(): Promise<void>;
}

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const SIZE = { width: 1000, height: 640 };
const TIMEOUT_MS = 5_000;

async function executableOf(given: string | undefined): Promise<string> {
  for (const place of given === undefined ? PLACES : [given])
    if (
      await access(place).then(
        () => true,
        () => false,
      )
    )
      return place;
  throw new OverreadError(
    'dependency-missing',
    given === undefined
      ? 'Computer use needs Chromium: apt-get install chromium, or name a browser with browser=PATH.'
      : 'There is no browser at that path: check browser=PATH.',
  );
}

/** Whether a browser is there, for tests and checks that say so instead of failing. */
export async function hasBrowser(): Promise<boolean> {
  return executableOf(undefined).then(
    () => true,
    () => false,
  );
}

/** Starts the browser. Errors: `dependency-missing`, `expert-failed`. */
export async function openDesk(options: { readonly browser?: string } = {}): Promise<Desk> {
  const executablePath = await executableOf(options.browser);
  const { chromium } = await import('playwright-core').catch((cause: unknown) => {
    throw new OverreadError(
      'dependency-missing',
      'Computer use needs the package playwright-core: npm install playwright-core.',
      { cause },
    );
  });
  const browser = await chromium
    .launch({ executablePath, headless: true, args: FLAGS, timeout: 30_000 })
    .catch((cause: unknown) => {
      throw new OverreadError(
        'expert-failed',
        `The browser did not start (${messageOf(cause).split('\n')[0].slice(0, 160)}): try it by hand.`,
        { cause },
      );
    });
  return {
    async open(app, seed) {
      // A context of its own: nothing is left of an earlier session. It reaches no network at all.
      const context = await browser.newContext({ viewport: SIZE, offline: true, deviceScaleFactor: 1 });
      const page = await context.newPage();
      await page.setContent(deskPage(app, seed));
      const named = (name: string) => page.locator(`[data-name=${JSON.stringify(name)}]`).first();
      const evaluate = <T>(what: 'state' | 'elements') =>
        page.evaluate(
          (which) => (globalThis as unknown as { desk: Record<string, () => T> }).desk[which](),
          what,
        );
      const elements = () => evaluate<DeskElement[]>('elements');
      const match = async (target: string): Promise<string | undefined> => {
        const wanted = target.trim().toLowerCase();
        return (await elements()).find(({ name }) => name.toLowerCase() === wanted)?.name;
      };
      return {
        screenshot: () => page.screenshot({ type: 'png', animations: 'disabled', caret: 'hide' }),
        elements,
        state: () => evaluate<Record<string, unknown>>('state'),
        close: () => context.close(),
        async perform(step) {
          const { action, target, text = '', amount = action === 'ZOOM' ? 1 : 0 } = step;
          if (action === 'COMPLETE') return { ok: true, message: 'The task was reported complete.' };
          const name = await match(action === 'SEGMENT' ? `Segment ${target}` : target);
          if (name === undefined) return { ok: false, message: `There is no "${target}" on the screen.` };
          const element = named(name);
          try {
            if (action === 'CLICK' || action === 'SEGMENT') await element.click({ timeout: TIMEOUT_MS });
            else if (action === 'TEXT') await element.fill(text, { timeout: TIMEOUT_MS });
            else {
              await element.hover({ timeout: TIMEOUT_MS });
              if (action === 'SCROLL') await page.mouse.wheel(0, amount * 100);
              else {
                await page.keyboard.down('Control');
                await page.mouse.wheel(0, amount > 0 ? -100 : 100);
                await page.keyboard.up('Control');
              }
              // Wheel events are handled after the call returns.
              await page.evaluate(
                'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
              );
            }
            return { ok: true, message: 'Done.' };
          } catch {
            return { ok: false, message: `"${target}" cannot take this action.` };
          }
        },
      };
    },
    close: () => browser.close(),
  };
}

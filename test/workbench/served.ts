// A served workbench for end-to-end tests: the page built once, a demo's store copied for each test.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildWeb, sourcesHash } from '../../scripts/build-web.ts';
import { alone } from './browser.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const shelf = join(root, '.tmp', 'workbench');
const bin = join(root, 'bin', 'overread.js');

/** The page, built from the sources as they are now; test files share one build. */
export async function builtPage(): Promise<string> {
  mkdirSync(shelf, { recursive: true });
  const folder = join(shelf, `web-${sourcesHash().slice(0, 12)}`);
  if (existsSync(join(folder, 'index.html'))) return folder;
  await alone(join(shelf, 'web.lock'), async () => {
    if (existsSync(join(folder, 'index.html'))) return;
    const making = `${folder}.${process.pid}`;
    await buildWeb(making);
    renameSync(making, folder);
  });
  return folder;
}

/** A folder with a small demo (benchmark of `cases` phantoms, reads of eight readers), of the test's own. */
export async function demoFolder(cases = 6): Promise<string> {
  mkdirSync(shelf, { recursive: true });
  const kept = join(shelf, `demo-${cases}`);
  await alone(join(shelf, `demo-${cases}.lock`), async () => {
    if (existsSync(join(kept, 'report.json'))) return;
    rmSync(kept, { recursive: true, force: true });
    await command(['demo', '--out', kept, '--cases', String(cases)]);
  });
  const own = mkdtempSync(join(tmpdir(), 'overread-workbench-'));
  cpSync(kept, own, { recursive: true });
  return own;
}

/** Runs `overread …` to its end; throws what it said when it failed. */
export function command(args: readonly string[], cwd = root): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let problems = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      problems += chunk;
    });
    child.on('close', (status) =>
      status === 0
        ? resolve(out)
        : reject(new Error(`overread ${args[0]} ended with ${status}: ${problems}`)),
    );
  });
}

export interface Served {
  /** With the owner's token. */
  readonly url: string;
  readonly origin: string;
  readonly token: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** `overread serve` as a process of its own, over the store in `folder` (a demo's, or any with overread.db). */
export async function serveFolder(
  folder: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const web = await builtPage();
  const child = spawn(
    process.execPath,
    [
      bin,
      'serve',
      '--json',
      '--port',
      '0',
      '--store',
      join(folder, 'overread.db'),
      '--files',
      folder,
      ...args,
    ],
    { cwd: folder, env: { ...process.env, OVERREAD_WEB: web, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const said = await firstJson(child);
  return {
    ...said,
    pid: child.pid ?? 0,
    close: () =>
      new Promise((resolve) => {
        child.once('close', () => resolve());
        child.kill('SIGINT');
        setTimeout(() => child.kill('SIGKILL'), 10_000).unref();
      }),
  };
}

function firstJson(child: ChildProcess): Promise<{ url: string; origin: string; token: string }> {
  return new Promise((resolve, reject) => {
    let out = '';
    let problems = '';
    child.stderr?.on('data', (chunk) => {
      problems += chunk;
    });
    child.stdout?.on('data', (chunk) => {
      out += chunk;
      try {
        resolve(JSON.parse(out));
      } catch {
        // Not whole yet.
      }
    });
    child.once('close', (status) => reject(new Error(`overread serve ended with ${status}: ${problems}`)));
  });
}

/** The API as a program uses it, with a token of anybody's. */
export async function call(
  { origin }: Pick<Served, 'origin'>,
  token: string,
  path: string,
  init: { readonly method?: string; readonly body?: unknown } = {},
): Promise<Response> {
  const { method = 'GET', body } = init;
  return fetch(`${origin}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

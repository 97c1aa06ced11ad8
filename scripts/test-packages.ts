// Debian packages that some tests drive: installed before the tests where that is allowed, else named in one line.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that tests start, and the packages that bring it. */
const WANTED = [
  { program: 'chromium', packages: ['chromium'], for: 'the workbench and computer-use tasks' },
  { program: 'espeak-ng', packages: ['espeak-ng'], for: 'spoken questions' },
  {
    program: 'pocketsphinx_continuous',
    packages: ['pocketsphinx', 'pocketsphinx-en-us'],
    for: 'speech to text',
  },
] as const;

const isThere = (program: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

const missing = () => WANTED.filter(({ program }) => !isThere(program));

function install(packages: readonly string[]): void {
  const run = (...args: string[]) =>
    spawnSync('apt-get', args, {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: 'ignore',
      timeout: 300_000,
    }).status === 0;
  process.stdout.write(`Installing ${packages.join(', ')} for the tests that drive them.\n`);
  if (!run('update', '-q')) return;
  run('install', '-y', '-q', '--no-install-recommends', ...packages);
}

if (missing().length > 0 && process.getuid?.() === 0 && isThere('apt-get'))
  install(missing().flatMap(({ packages }) => packages));
const left = missing();
if (left.length > 0)
  process.stdout.write(
    `Tests of ${left.map((one) => one.for).join(', ')} will be skipped: apt-get install ${left.flatMap(({ packages }) => packages).join(' ')}\n`,
  );

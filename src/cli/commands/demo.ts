// overread demo: the main job on the built-in phantoms, from scans to a report, in under a minute.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { OverreadError } from '../../domain/errors.ts';
import { writeWhole } from '../../imaging/write-nifti.ts';
import { positiveInteger } from '../arguments.ts';
import type { CliCommand } from '../command.ts';
import { text } from '../command.ts';

const DEMO_STORE = join('overread-demo', 'overread.db');

/** From knowing nothing to knowing everything: chance, habits of the options, noisy masks, annotated masks. */
export const DEMO_READERS = [
  'random',
  'constant',
  'most-frequent',
  'middle-option',
  'longest-option',
  'executor-shuffled',
  'executor#predicted',
  'executor#oracle',
];

export default {
  register: (program) =>
    program
      .command('demo')
      .description('the main job on built-in phantoms: benchmark, readers, stage table, HTML report')
      .option('--out <dir>', 'folder to write (default ./overread-demo)')
      .option('--seed <seed>', 'seed of the phantoms and of everything random')
      .option('--cases <n>', 'phantoms (default 40)', positiveInteger),
  async run(session, _positional, flags) {
    const out = resolve(text(flags, 'out') ?? 'overread-demo');
    const seed = text(flags, 'seed') ?? session.config.seed ?? '0';
    const cases = (flags.cases as number | undefined) ?? 40;
    const { progress, signal } = session;
    const [{ readPhantoms }, { renderHtml, renderTable }] = await Promise.all([
      import('../phantom-reads.ts'),
      import('../../report/render.ts'),
    ]);
    await clearEarlier(out);
    const { manifest, report } = await readPhantoms({
      folder: out,
      seed,
      cases,
      readers: DEMO_READERS,
      format: 'mc',
      protocol: 'strict',
      baseline: 'random',
      progress,
      signal,
    });
    const html = join(out, 'report.html');
    await writeWhole(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
    await writeWhole(html, await renderHtml([report]));
    session.result(report);
    session.say(`\n${renderTable(report, { columns: process.stdout.columns })}`);
    session.say(
      `\n${manifest.counts.questions} questions of ${Object.keys(manifest.counts.byType).length} types on ${manifest.counts.cases} phantoms of ${manifest.counts.patients} patients.`,
    );
    session.say(`Report    ${pathToFileURL(html).href}\nBenchmark ${join(out, 'benchmark')}\n`);
    session.say('On your own data: overread inspect SCANS, then overread build SCANS --out my-benchmark.');
    session.say(`Look around in the browser: ${workbenchCommand(out)}`);
    return 0;
  },
} satisfies CliCommand;

/** A checkout builds the page first; the package has it. */
function workbenchCommand(out: string): string {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const isCheckout = resolve('.') === resolve(root) && existsSync(join(root, 'scripts', 'workbench.ts'));
  const here = relative('.', join(out, 'overread.db'));
  // `npm run workbench` finds the demo of the folder that it is called in.
  if (isCheckout) return here === DEMO_STORE ? 'npm run workbench' : `npm run workbench -- --store ${here}`;
  return `npx overread serve --open --store ${here}`;
}

/**
 * Removes the phantoms and benchmark of an earlier demo, and nothing that is somebody's own. The store stays: each run
 * in it is known by its id. Throws `bad-argument` where `scans` or `benchmark` is no demo's, `write-failed`.
 */
async function clearEarlier(out: string): Promise<void> {
  const scans = join(out, 'scans');
  const benchmark = join(out, 'benchmark');
  const strange = (await entries(scans)).some((name) => !/^(phantom-\d+|cases\.json)$/.test(name));
  if (strange || !(await isDemoBenchmark(benchmark)))
    throw new OverreadError(
      'bad-argument',
      `${basename(out)} already holds ${strange ? 'scans' : 'a benchmark folder'} of your own, which the demo would replace: choose another --out.`,
    );
  try {
    await mkdir(out, { recursive: true });
    for (const part of [scans, benchmark]) await rm(part, { recursive: true, force: true });
  } catch (error) {
    throw new OverreadError(
      'write-failed',
      `The folder ${basename(out)} cannot be written: choose another --out.`,
      { cause: error },
    );
  }
}

/** What a folder holds; a file in its place holds itself, and nothing is there where nothing can be read. */
async function entries(folder: string): Promise<string[]> {
  const isFile = await stat(folder).then(
    (found) => !found.isDirectory(),
    () => false,
  );
  return isFile ? [basename(folder)] : readdir(folder).catch(() => []);
}

/** True also where there is none. */
async function isDemoBenchmark(folder: string): Promise<boolean> {
  if ((await entries(folder)).length === 0) return true;
  const manifest = await readFile(join(folder, 'benchmark.json'), 'utf8').catch(() => '');
  return /"name": "phantoms"/.test(manifest);
}

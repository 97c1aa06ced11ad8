// overread demo: the main job on the built-in phantoms, from scans to a report, in under a minute.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, OverreadError } from '../../domain/errors.ts';
import { positiveInteger } from '../arguments.ts';
import type { CliCommand } from '../command.ts';
import { text } from '../command.ts';

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
      .option('--cases <n>', 'phantoms (default 32)', positiveInteger),
  async run(session, _positional, flags) {
    const out = resolve(text(flags, 'out') ?? 'overread-demo');
    const seed = text(flags, 'seed') ?? session.config.seed ?? '0';
    const cases = (flags.cases as number | undefined) ?? 32;
    const { progress, signal } = session;
    const [
      { phantomCohort, writeCohort },
      { buildBenchmark },
      { readBenchmark },
      { reportOf },
      { renderHtml, renderTable },
    ] = await Promise.all([
      import('../../phantoms/cohort.ts'),
      import('../../questions/build.ts'),
      import('../reading.ts'),
      import('../reporting.ts'),
      import('../../report/render.ts'),
    ]);
    const scans = join(out, 'scans');
    const benchmark = join(out, 'benchmark');
    const store = join(out, 'overread.db');
    try {
      await mkdir(out, { recursive: true });
      // What an earlier demo left would mix with this one's reads; nothing else in the folder is touched.
      for (const part of [
        'scans',
        'benchmark',
        'overread.db',
        'overread.db-wal',
        'overread.db-shm',
        'overread.blobs',
      ])
        await rm(join(out, part), { recursive: true, force: true });
    } catch (error) {
      throw new OverreadError(
        'write-failed',
        `The folder ${out} cannot be written (${messageOf(error)}): choose another --out.`,
        { cause: error },
      );
    }
    progress.start('Drawing phantoms', cases);
    await writeCohort(scans, phantomCohort({ seed, cases }), { onCase: () => progress.advance(1) });
    progress.finish();
    const manifest = await buildBenchmark({
      source: scans,
      out: benchmark,
      layout: 'mask-folder',
      name: 'phantoms',
      seed,
      progress,
      signal,
    });
    const summaries = await readBenchmark({
      benchmark,
      readers: DEMO_READERS,
      store,
      format: 'mc',
      seed,
      progress,
      signal,
    });
    if (signal.aborted) throw signal.reason;
    progress.start('Scoring');
    const report = await reportOf({
      store,
      runs: summaries.map((summary) => summary.runId),
      protocol: 'strict',
      baseline: 'random',
      seed,
    });
    progress.finish();
    const html = join(out, 'report.html');
    try {
      await writeFile(join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
      await writeFile(html, await renderHtml([report]));
    } catch (error) {
      throw new OverreadError(
        'write-failed',
        `The report cannot be written (${messageOf(error)}): choose another --out.`,
        { cause: error },
      );
    }
    session.result(report);
    session.say(`\n${renderTable(report, { columns: process.stdout.columns })}`);
    session.say(
      `\n${manifest.counts.questions} questions of ${Object.keys(manifest.counts.byType).length} types on ${manifest.counts.cases} phantoms of ${manifest.counts.patients} patients.`,
    );
    session.say(`Report    ${pathToFileURL(html).href}\nBenchmark ${benchmark}\n`);
    session.say('On your own data: overread inspect SCANS, then overread build SCANS --out my-benchmark.');
    return 0;
  },
} satisfies CliCommand;

// overread snapshot: pages of the workbench as a folder that opens from disk, without a server.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { OverreadError } from '../../domain/errors.ts';
import { collect, optional, positiveInteger } from '../arguments.ts';
import type { CliCommand } from '../command.ts';
import { list, text } from '../command.ts';
import { existingStore } from '../session.ts';

export default {
  register: (program) =>
    program
      .command('snapshot')
      .description('write runs, their reads and the slices these look at as pages that open from disk')
      .argument('[runs...]', 'run ids (default: the newest run of each reader)')
      .requiredOption('--out <dir>', 'new folder to write')
      .option(
        '--reads <n>',
        'reads of each run with a page of their own, the wrong ones first (default 200)',
        positiveInteger,
      )
      .option('--benchmark <folder>', 'where a benchmark lies now (repeatable)', collect)
      .option('--allow <address>', 'an address that releases may be read from (repeatable)', collect)
      .option('--passphrase <text>', 'opens encrypted keys')
      .option('--store <file>', 'where reads are kept (default ./overread.db)'),
  async run(session, [given], flags) {
    const store = existingStore(session, text(flags, 'store'));
    const out = resolve(text(flags, 'out') ?? '');
    const [{ chosenRuns }, { serveWorkbench }, { webFolder }, { writeSnapshot }, { blobsFolder }] =
      await Promise.all([
        import('../../report/run-reports.ts'),
        import('../../server/workbench/serve.ts'),
        import('../../server/workbench/assets.ts'),
        import('../../server/workbench/snapshot/snapshot.ts'),
        import('../../storage/blobs.ts'),
      ]);
    const runs = (await chosenRuns(store, (given as string[] | undefined) ?? [])).map(({ id }) => id);
    const web = webFolder();
    const workFolder = await mkdtemp(join(tmpdir(), 'overread-snapshot-'));
    const served = await serveWorkbench({
      store,
      blobsFolder: blobsFolder(store),
      workFolder,
      command: [process.execPath, fileURLToPath(new URL('../../../bin/overread.js', import.meta.url))],
      benchmarks: list(flags, 'benchmark'),
      port: 0,
      filesRoot: workFolder,
      allow: [...list(flags, 'allow'), ...(session.config.allow ?? [])],
      web,
      ...optional('passphrase', text(flags, 'passphrase')),
    });
    try {
      const summary = await writeSnapshot({
        ...{ origin: served.origin, token: served.token, web, out, runs },
        ...optional('reads', flags.reads as number | undefined),
        progress: session.progress,
        signal: session.signal,
      });
      session.result({ ...summary, runs });
      session.say(
        `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}, ${summary.reads} of ${summary.listed} reads with a page of their own, ${summary.files} files, ${(summary.bytes / 2 ** 20).toFixed(1)} MiB.`,
      );
      session.say(`Open ${pathToFileURL(summary.index).href}`);
      session.say(
        'It holds questions with their keys, answers and slices: give it to nobody who may not see those.',
      );
      return 0;
    } catch (error) {
      if (session.signal.aborted)
        throw new OverreadError('cancelled', 'The export was stopped: remove its folder and begin again.', {
          cause: error,
        });
      throw error;
    } finally {
      await served.close();
      await rm(workFolder, { recursive: true, force: true });
    }
  },
} satisfies CliCommand;

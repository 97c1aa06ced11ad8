// overread purge: removes one patient's reads, replies and pictures from a store.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { CliCommand } from '../command.ts';
import { text } from '../command.ts';
import { existingStore } from '../session.ts';

export default {
  register: (program) =>
    program
      .command('purge')
      .description('remove a patient’s reads, cached replies and pictures from the store')
      .requiredOption('--patient <id>', 'the patient’s id as benchmark and reports show it')
      .option('--store <file>', 'the store (default ./overread.db)'),
  async run(session, _positional, flags) {
    const patient = text(flags, 'patient') ?? '';
    const url = existingStore(session, text(flags, 'store'));
    const [{ openStore }, { blobsFolder, fileBlobs }] = await Promise.all([
      import('../../storage/store.ts'),
      import('../../storage/blobs.ts'),
    ]);
    const store = await openStore(url);
    try {
      const purged = await store.purgePatient(patient);
      const blobs = fileBlobs(blobsFolder(url));
      for (const hash of purged.blobs) await blobs.delete(hash);
      session.result({ patient, reads: purged.reads, cached: purged.cached, pictures: purged.blobs.length });
      session.say(
        purged.reads + purged.cached === 0
          ? `The store holds nothing of patient ${patient}.`
          : `Removed ${purged.reads} reads, ${purged.cached} cached replies and ${purged.blobs.length} pictures of patient ${patient}.`,
      );
      session.remark(
        'Benchmark folders and source scans are yours to remove: build the benchmark again without the patient.',
      );
      const beside = blobsFolder(url).replace(/\.blobs$/, '.workbench');
      if (existsSync(beside))
        session.remark(
          `So is what the workbench keeps in ${basename(beside)}: uploads, benchmarks built from them, and the words of flags.`,
        );
      return 0;
    } finally {
      await store.close();
    }
  },
} satisfies CliCommand;

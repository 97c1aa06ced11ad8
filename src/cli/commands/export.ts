// overread export: a benchmark in another format.
import type { CliCommand } from '../command.ts';
import { text } from '../command.ts';

export default {
  register: (program) =>
    program
      .command('export')
      .description('write a benchmark in another format')
      .argument('<benchmark>', 'benchmark folder')
      .requiredOption('--to <format>', 'deeptumorvqa, deeptumorvqa-v1, parquet or jsonl')
      .option('--out <path>', 'file or folder to write (default: beside the benchmark)')
      .option('--passphrase <text>', 'opens encrypted keys'),
  async run(session, [folder], flags) {
    const { exportBenchmark } = await import('../../questions/export.ts');
    const to = text(flags, 'to') ?? '';
    const written = await exportBenchmark(String(folder), {
      to,
      out: text(flags, 'out'),
      passphrase: text(flags, 'passphrase'),
    });
    session.result(written);
    for (const file of written.files) session.say(file);
    return 0;
  },
} satisfies CliCommand;

// overread import: questions of another format as a benchmark folder.
import type { CliCommand } from '../command.ts';
import { text } from '../command.ts';

export default {
  register: (program) =>
    program
      .command('import')
      .description('turn a question file of another format into a benchmark')
      .argument('<file>', 'file to import')
      .requiredOption('--from <format>', 'deeptumorvqa, parquet or jsonl')
      .requiredOption('--out <dir>', 'benchmark folder to write')
      .option('--name <name>', 'name in the manifest'),
  async run(session, [file], flags) {
    const { importBenchmark } = await import('../../questions/import.ts');
    const from = text(flags, 'from') ?? '';
    const manifest = await importBenchmark(String(file), {
      from,
      out: text(flags, 'out') ?? '',
      name: text(flags, 'name'),
    });
    session.result(manifest);
    session.say(
      `${text(flags, 'out')}: ${manifest.counts.questions} questions, content hash ${manifest.contentHash}`,
    );
    return 0;
  },
} satisfies CliCommand;

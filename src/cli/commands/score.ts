// overread score: scores answers that somebody else's harness wrote.
import { readFile } from 'node:fs/promises';
import { messageOf, OverreadError } from '../../domain/errors.ts';
import { questionFormat } from '../../domain/run.ts';
import type { CliCommand } from '../command.ts';
import { text } from '../command.ts';

const percent = (value: unknown): string => (typeof value === 'number' ? (value * 100).toFixed(1) : '–');

export default {
  register: (program) =>
    program
      .command('score')
      .description('score a results file of another harness')
      .argument('<protocol>', 'published (the released evaluator) or strict')
      .argument('<file>', 'results as JSON {"results": […]}, a JSON list, or JSON lines')
      .option('--format <format>', 'mc or free', 'mc')
      .option('--benchmark <folder>', 'benchmark with the questions, when the file carries no keys')
      .option('--passphrase <text>', 'opens encrypted keys'),
  async run(session, [protocol, file], flags) {
    const format = questionFormat.safeParse(flags.format);
    if (!format.success) throw new OverreadError('bad-argument', 'Give --format mc or --format free.');
    const { readForeign, scoreForeign } = await import('../../scoring/foreign.ts');
    let content: string;
    try {
      content = await readFile(String(file), 'utf8');
    } catch (error) {
      throw new OverreadError(
        'file-not-found',
        `The results file cannot be read (${messageOf(error)}): check the path.`,
        { cause: error },
      );
    }
    const folder = text(flags, 'benchmark');
    const score = scoreForeign(String(protocol), readForeign(content), {
      format: format.data,
      ...(folder === undefined ? {} : { benchmark: await ownBenchmark(folder, text(flags, 'passphrase')) }),
    });
    session.result(score);
    session.say(
      `${score.protocol}, ${score.format}: ${score.records} records, ${score.unknown} of unknown questions, ${score.unparsed} unparsed, ${score.refused} refused`,
    );
    session.say(`overall ${percent(score.overall.accuracy)} %  (n ${score.overall.n_total})`);
    for (const [name, group] of Object.entries(score.by_super_type))
      session.say(`  ${name.padEnd(20)} ${percent(group.accuracy)} %  (n ${group.n_total})`);
    return 0;
  },
} satisfies CliCommand;

async function ownBenchmark(folder: string, passphrase: string | undefined) {
  const [{ openBenchmark }, { openKeys }] = await Promise.all([
    import('../../questions/benchmark-folder.ts'),
    import('../../questions/keys.ts'),
  ]);
  const benchmark = await openBenchmark(folder);
  return { questions: await benchmark.questions(), keys: await openKeys(folder, passphrase) };
}

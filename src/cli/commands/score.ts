// overread score: scores answers that somebody else's harness wrote.
import { readFile } from 'node:fs/promises';
import { messageOf, OverreadError } from '../../domain/errors.ts';
import { questionFormat } from '../../domain/run.ts';
import { protocolsOf } from '../../report/run-reports.ts';
import { assignments, choices, collect, optional } from '../arguments.ts';
import type { CliCommand } from '../command.ts';
import { list, text } from '../command.ts';
import { judgeOptions, openJudge } from '../judging.ts';

const percent = (value: unknown): string => (typeof value === 'number' ? (value * 100).toFixed(1) : '–');

export default {
  register: (program) =>
    judgeOptions(
      program
        .command('score')
        .description('score a results file of another harness')
        .argument(
          '<protocol>',
          'published (the released evaluator) or strict; or a published benchmark’s name',
        )
        .argument(
          '<file>',
          'results as JSON {"results": […]}, a JSON list, or JSON lines; or the authors’ own output files',
        )
        .option('--data <path>', 'release of a published benchmark, when the file holds only ids and replies')
        .option('--mode <mode>', 'way of asking, where a published benchmark has several')
        .option('--split <split>', 'only this split of a published benchmark')
        .option('--facet <name=value>', 'only items of this node of a facet (repeatable)', collect)
        .option('--column <field=column>', 'a release’s own name of a field (repeatable)', collect)
        .option('--protocol <protocol>', 'of a published benchmark: published, strict or both', 'both')
        .option('--format <format>', 'mc or free', 'mc')
        .option('--benchmark <folder>', 'benchmark with the questions, when the file carries no keys')
        .option('--passphrase <text>', 'opens encrypted keys'),
    ),
  async run(session, [protocol, file], flags) {
    const [{ isPublished }, { scoredOutputs }] = await Promise.all([
      import('../../benchmarks/published-plugins.ts'),
      import('../reading-published.ts'),
    ]);
    if (isPublished(String(protocol))) {
      const opened = await openJudge(session, flags, undefined);
      const reports = await scoredOutputs({
        benchmark: String(protocol),
        path: String(file),
        protocols: protocolsOf(text(flags, 'protocol') ?? 'both'),
        seed: session.config.seed ?? '0',
        ...optional('data', text(flags, 'data')),
        ...optional('mode', text(flags, 'mode')),
        ...optional('split', text(flags, 'split')),
        facets: choices(list(flags, 'facet'), '--facet'),
        columns: assignments(list(flags, 'column'), '--column'),
        ...optional('judge', opened?.judge),
        signal: session.signal,
      }).finally(() => opened?.close());
      session.result(reports.length === 1 ? reports[0] : reports);
      const { publishedTable } = await import('../../report/published.ts');
      const { columns } = process.stdout;
      session.say(reports.map((report) => publishedTable(report, { columns })).join('\n\n'));
      return 0;
    }
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

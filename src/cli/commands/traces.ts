// overread traces: gold chains or a run's transcripts as records that trainers read.
import { OverreadError } from '../../domain/errors.ts';
import { questionFormat } from '../../domain/run.ts';
import { collect, positiveInteger } from '../arguments.ts';
import type { CliCommand } from '../command.ts';
import { list, text } from '../command.ts';
import { existingStore } from '../session.ts';

export default {
  register: (program) =>
    program
      .command('traces')
      .description('write gold chains or runs as training records')
      .argument(
        '<benchmark>',
        'folder that "overread build" wrote, or with --run the release that the runs read',
      )
      .requiredOption('--to <format>', 'record format; "overread traces --help" ends with the list', collect)
      .requiredOption('--out <folder>', 'new folder for records, pictures and card')
      .option('--gold', 'carry out the gold chain of every question')
      .option('--run <run>', 'a run whose reads are written (repeatable)', collect)
      .option('--split <split>', 'train, validation, test or all', 'train')
      .option('--format <format>', 'with --gold: mc (multiple choice) or free', 'mc')
      .option('--min-score <score>', 'leave out conversations below it', '0')
      .option('--margin <difference>', 'least difference of scores in a preference pair', '0.5')
      .option('--per-question <n>', 'preference pairs of one question', positiveInteger)
      .option('--all-conversations', 'every conversation of a strategy, not only the last')
      .option('--limit <n>', 'only the first n questions', positiveInteger)
      .option('--seed <seed>', 'draws pairs')
      .option('--passphrase <text>', 'opens encrypted keys')
      .option('--store <file>', 'where runs are kept (default ./overread.db)')
      .addHelpText(
        'after',
        '\nFormats: sharegpt, trl-sft, swift-sft (conversations); trl-dpo, swift-dpo, sharegpt-dpo (pairs, of runs);\ntrl-grpo, swift-grpo, verl-rl (prompts with answers)',
      ),
  async run(session, [folder], flags) {
    const { recordFormat } = await import('../../training/write-records.ts');
    const { exportTraces } = await import('../exporting-traces.ts');
    const formats = list(flags, 'to');
    if (formats.length !== 1) throw new OverreadError('bad-argument', 'Give one --to.');
    const format = recordFormat(formats[0]);
    const asked = questionFormat.safeParse(flags.format);
    if (!asked.success) throw new OverreadError('bad-argument', 'Give --format mc or --format free.');
    const split = text(flags, 'split') ?? 'train';
    if (!['train', 'validation', 'test', 'all'].includes(split))
      throw new OverreadError('bad-argument', 'Give --split train, validation, test or all.');
    const runs = list(flags, 'run');
    const gold = flags.gold === true;
    if (gold === runs.length > 0)
      throw new OverreadError('bad-argument', 'Give --gold, or one or several --run.');
    if (gold && format.from === 'pair')
      throw new OverreadError('bad-argument', 'Preference pairs are made from runs: give --run.');
    if (split === 'test' || split === 'all')
      session.remark(
        'Questions of the test split are among these records: whoever trains on them cannot be scored on this benchmark.',
      );
    const number = (name: string): number => {
      const value = Number(text(flags, name));
      if (Number.isFinite(value) && value >= 0 && value <= 1) return value;
      throw new OverreadError('bad-argument', 'Scores and their differences lie between 0 and 1.');
    };
    const written = await exportTraces({
      benchmark: String(folder),
      out: text(flags, 'out') ?? '',
      format,
      source: gold ? { gold: asked.data } : { runs, store: existingStore(session, text(flags, 'store')) },
      split: split as 'train' | 'validation' | 'test' | 'all',
      minScore: number('minScore'),
      pairs: {
        margin: number('margin'),
        ...(typeof flags.perQuestion === 'number' ? { perQuestion: flags.perQuestion } : {}),
        seed: text(flags, 'seed') ?? session.config.seed ?? '0',
      },
      conversations: flags.allConversations === true ? 'all' : 'last',
      ...(typeof flags.limit === 'number' ? { limit: flags.limit } : {}),
      ...(text(flags, 'passphrase') === undefined ? {} : { passphrase: text(flags, 'passphrase') }),
      progress: session.progress,
      signal: session.signal,
    });
    session.result(written);
    session.say(`${written.records} records and ${written.pictures} pictures: ${written.file}`);
    if (written.records === 0)
      session.remark(`There is nothing to write of the split "${split}": --split says which is meant.`);
    for (const { reason, count } of written.skipped) session.remark(`  ${count} left out: ${reason}`);
    return 0;
  },
} satisfies CliCommand;

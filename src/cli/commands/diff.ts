// overread diff: what two benchmarks do not share.
import { OverreadError } from '../../domain/errors.ts';
import type { BenchmarkDifference } from '../../questions/diff.ts';
import type { CliCommand } from '../command.ts';
import { text } from '../command.ts';

function renderDifference(d: BenchmarkDifference): string {
  if (d.same)
    return `The same benchmark: ${d.questions.before} questions, content hash ${d.contentHash.before}`;
  const lines = [
    `${d.questions.before} questions before, ${d.questions.after} after: ${d.added.length} added, ${d.removed.length} removed, ${d.changedQuestions.length} asked differently, ${d.changedKeys.length} answered differently`,
  ];
  for (const [type, n] of Object.entries(d.byType))
    lines.push(
      `  ${type.padEnd(36)} +${n.added} −${n.removed}  asked ${n.changedQuestions}, answered ${n.changedKeys}`,
    );
  for (const [name, { before, after }] of Object.entries(d.settings))
    lines.push(`  ${name}: ${JSON.stringify(before)} before, ${JSON.stringify(after)} after`);
  for (const side of ['before', 'after'] as const)
    if (d.notHeld[side].length > 0)
      lines.push(
        `not compared, since the benchmark ${side} came in a form without them: ${d.notHeld[side].join(', ')}`,
      );
  return lines.join('\n');
}

export default {
  register: (program) =>
    program
      .command('diff')
      .description('compare two benchmarks: questions and answers added, removed or changed')
      .argument('<before>', 'benchmark folder')
      .argument('<after>', 'benchmark folder')
      .option('--passphrase <text>', 'opens encrypted keys of both'),
  async run(session, [before, after], flags) {
    if (typeof before !== 'string' || typeof after !== 'string')
      throw new OverreadError('bad-argument', 'Name two benchmark folders.');
    const { diffBenchmarks } = await import('../../questions/diff.ts');
    const found = await diffBenchmarks(before, after, { passphrase: text(flags, 'passphrase') });
    session.result(found);
    session.say(renderDifference(found));
    return 0;
  },
} satisfies CliCommand;

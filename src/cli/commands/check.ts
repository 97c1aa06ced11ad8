// overread check: runs a published method's mechanism on small data against its named baseline.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OverreadError } from '../../domain/errors.ts';
import type { CheckResult } from '../../domain/method.ts';
import { allMethods } from '../../studies/all-methods.ts';
import { checkContext } from '../check-context.ts';
import type { CliCommand } from '../command.ts';
import { text } from '../command.ts';

export default {
  register: (program) =>
    program
      .command('check')
      .description('run published methods on small data against their baselines')
      .argument('[methods...]', 'method ids; see "overread methods"')
      .option('--all', 'every method')
      .option('--seed <seed>', 'seed of everything random'),
  async run(session, [names], flags) {
    const methods = await allMethods();
    const wanted = (names as string[] | undefined) ?? [];
    const unknown = wanted.find((name) => !methods.some((method) => method.id === name));
    if (unknown !== undefined)
      throw new OverreadError(
        'bad-argument',
        `There is no method "${unknown}": use ${[...new Set(methods.map((m) => m.id))].join(', ')}.`,
      );
    const chosen = flags.all === true ? methods : methods.filter((method) => wanted.includes(method.id));
    if (chosen.length === 0) throw new OverreadError('bad-argument', 'Name methods to check, or give --all.');
    const seed = text(flags, 'seed') ?? session.config.seed ?? '0';
    const results: CheckResult[] = [];
    for (const method of chosen) {
      const scratch = await mkdtemp(join(tmpdir(), 'overread-check-'));
      const began = performance.now();
      try {
        const result = await method.check(checkContext(session, seed, scratch));
        const whole = {
          method: method.id,
          ...result,
          seconds: Number(((performance.now() - began) / 1000).toFixed(1)),
        };
        results.push(whole);
        session.say(render(whole));
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    }
    session.result(results);
    return results.every((result) => result.passed) ? 0 : 1;
  },
} satisfies CliCommand;

function render(r: CheckResult): string {
  const n = (value: number) => Number(value.toPrecision(4));
  const ci = r.ci95 ? ` (95 % ${n(r.ci95[0])} to ${n(r.ci95[1])})` : '';
  const not = r.mustNotWin
    ? `\n  must not win: ${r.mustNotWin.regime}: ${n(r.mustNotWin.value)}${r.mustNotWin.against === undefined ? '' : ` against ${n(r.mustNotWin.against)}`}, ${r.mustNotWin.held ? 'it does not' : 'IT DOES'}`
    : '';
  return `${r.passed ? 'passed' : 'FAILED'}  ${r.method}  ${r.result.name} ${n(r.result.value)}${ci} against ${r.baseline.name} ${n(r.baseline.value)}, ${r.seconds} s${not}${r.detail ? `\n  ${r.detail}` : ''}`;
}

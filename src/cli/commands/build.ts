// overread build: annotated scans to a benchmark folder.
import { OverreadError } from '../../domain/errors.ts';
import { ruleSet } from '../../domain/measurement.ts';
import { positiveInteger } from '../arguments.ts';
import type { CliCommand } from '../command.ts';
import { list, text } from '../command.ts';

function optionValue(given: string): [string, string | number | boolean] {
  const at = given.indexOf('=');
  const value = given.slice(at + 1);
  if (at <= 0) throw new OverreadError('bad-argument', `"${given}" is no option: write NAME=VALUE.`);
  if (value === 'true' || value === 'false') return [given.slice(0, at), value === 'true'];
  const number = Number(value);
  return [given.slice(0, at), value.trim() !== '' && Number.isFinite(number) ? number : value];
}

/** "1 case", "2 cases". */
function several(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

export default {
  register: (program) =>
    program
      .command('build')
      .description('build a benchmark from annotated scans')
      .argument('<source>', 'folder or file of annotated scans')
      .requiredOption('--out <dir>', 'benchmark folder to write')
      .option('--layout <layout>', '"auto" or a layout of "overread layouts"')
      .option('--scheme <scheme>', 'label scheme: a name or a JSON file')
      .option('--types <types...>', 'question types or stages (default: all)')
      .option('--per-case <n>', 'most questions of one case', positiveInteger)
      .option('--seed <seed>', 'seed of everything random')
      .option('--workers <n>', 'threads (default: one per processor)', positiveInteger)
      .option('--rules <set>', 'strict or radgpt')
      .option('--criteria <set>', 'guideline, published or radgpt')
      .option('--option <name=value...>', 'named assumptions, see docs/questions.md')
      .option('--name <name>', 'name in the manifest')
      .option('--licence <licence>', 'licence of cases whose source names none')
      .option('--passphrase <text>', 'encrypt the keys')
      .option(
        '--secret <file>',
        'file with the secret that makes pseudonyms (default: derived from the seed)',
      ),
  async run(session, [source], flags) {
    const { config } = session;
    const rules = ruleSet.safeParse(text(flags, 'rules') ?? config.rules ?? 'strict');
    if (!rules.success) throw new OverreadError('bad-argument', 'Give --rules strict or --rules radgpt.');
    const [{ buildBenchmark }, { readSecret }] = await Promise.all([
      import('../../questions/build.ts'),
      import('../../privacy/pseudonym.ts'),
    ]);
    const types = list(flags, 'types')
      .flatMap((entry) => entry.split(','))
      .filter((entry) => entry !== '');
    const workers = (flags.workers as number | undefined) ?? config.workers;
    const named = Object.fromEntries(
      (['name', 'licence', 'passphrase'] as const).flatMap((name) => {
        const value = text(flags, name);
        return value === undefined ? [] : [[name, value]];
      }),
    );
    const secret = text(flags, 'secret');
    const fromConfig = (name: 'layout' | 'scheme' | 'criteria' | 'seed') => {
      const value = text(flags, name) ?? config[name];
      return value === undefined ? {} : { [name]: value };
    };
    const out = text(flags, 'out') ?? '';
    const manifest = await buildBenchmark({
      source: String(source),
      out,
      rules: rules.data,
      ...fromConfig('layout'),
      ...fromConfig('scheme'),
      ...fromConfig('criteria'),
      ...fromConfig('seed'),
      ...named,
      // From a file: what stands on a command line, everybody on the machine can read.
      ...(secret === undefined ? {} : { secret: readSecret(secret) }),
      ...(types.length === 0 ? {} : { types }),
      ...(typeof flags.perCase === 'number' ? { perCase: flags.perCase } : {}),
      ...(workers === undefined ? {} : { workers }),
      options: Object.fromEntries(list(flags, 'option').map(optionValue)),
      remark: session.remark,
      progress: session.progress,
      signal: session.signal,
    });
    session.result(manifest);
    const { counts } = manifest;
    session.say(
      `${out}: ${several(counts.questions, 'question')} of ${several(Object.keys(counts.byType).length, 'type')} on ${several(counts.cases, 'case')} of ${several(counts.patients, 'patient')}`,
    );
    for (const [stage, n] of Object.entries(counts.byStage))
      session.say(`  ${stage.padEnd(20)} ${String(n).padStart(6)}`);
    if (manifest.failed.length > 0) {
      session.say(`${several(manifest.failed.length, 'case')} could not be read:`);
      for (const { case: id, reason } of manifest.failed.slice(0, 10)) session.say(`  ${id}  ${reason}`);
      if (manifest.failed.length > 10)
        session.say(`  … and ${manifest.failed.length - 10} more in ${out}/benchmark.json`);
    }
    session.say(`content hash ${manifest.contentHash}`);
    return 0;
  },
} satisfies CliCommand;

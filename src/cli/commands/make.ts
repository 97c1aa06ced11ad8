// overread make: repeats the way a published benchmark was made on one's own data, one sub-command per builder.
import type { Builder } from '../../benchmarks/builder.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { CliCommand } from '../command.ts';
import { text } from '../command.ts';
import { addOptions, givenOptions } from '../option-cards.ts';

/** Every plug-in by id. */
async function plugins(): Promise<Readonly<Record<string, Builder>>> {
  return (await import('../../benchmarks/builders/registry.generated.ts')).builders;
}

export default {
  async register(program, argv) {
    const make = program
      .command('make')
      .description('make a published benchmark’s kind of data from one’s own scans, pictures or papers');
    if (!argv.includes('make')) return [];
    return Object.values(await plugins()).map((plugin) =>
      addOptions(
        make
          .command(plugin.id)
          .description(plugin.summary)
          .argument('<source>', 'folder or file of one’s own data')
          .requiredOption('--out <dir>', 'a new or empty folder')
          .option('--protocol <protocol>', 'strict, or published (as released, faults included)', 'strict')
          .option('--seed <seed>', 'seed of everything random'),
        plugin.options,
      ),
    );
  },
  async run(session, [source], flags, name) {
    const plugin = (await plugins())[name];
    const protocol = text(flags, 'protocol');
    if (protocol !== 'strict' && protocol !== 'published')
      throw new OverreadError('bad-argument', 'Give --protocol strict or --protocol published.');
    const out = text(flags, 'out') ?? '';
    const summary = await plugin.build({
      source: String(source),
      out,
      seed: text(flags, 'seed') ?? session.config.seed ?? '0',
      protocol,
      options: givenOptions(flags, plugin.options),
      progress: session.progress,
      signal: session.signal,
    });
    session.result(summary);
    session.say(`${summary.items} items in ${out}, hash ${summary.contentHash.slice(0, 16)}`);
    for (const [kind, count] of Object.entries(summary.counts)) session.say(`  ${kind.padEnd(28)} ${count}`);
    for (const { reason, count } of summary.skipped) session.say(`  skipped ${count}: ${reason}`);
    session.say(
      summary.unreadable ?? `Read it with: overread run ${plugin.writes} --data ${out} --reader MODEL`,
    );
    return 0;
  },
} satisfies CliCommand;

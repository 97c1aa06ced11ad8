// overread study: commands that need several runs, one sub-command per study.
import { OverreadError } from '../../domain/errors.ts';
import { writeWhole } from '../../imaging/write-nifti.ts';
import type { Study } from '../../studies/study.ts';
import { collect, nonNegativeNumber } from '../arguments.ts';
import type { CliCommand } from '../command.ts';
import { list, text } from '../command.ts';
import { addOptions, givenOptions } from '../option-cards.ts';
import { storeUrl } from '../session.ts';

/** Every plug-in by id. */
async function plugins(): Promise<Readonly<Record<string, Study>>> {
  return (await import('../../studies/kinds/registry.generated.ts')).studies;
}

export default {
  async register(program, argv) {
    const study = program.command('study').description('studies that compare several runs');
    if (!argv.includes('study')) return [];
    return Object.values(await plugins()).map((plugin) =>
      addOptions(
        study
          .command(plugin.id)
          .description(plugin.summary)
          .option('--seed <seed>', 'seed of everything random')
          .option('--allow <endpoint>', 'an address or provider that may receive prompts and images', collect)
          .option('--base-url <url>', 'server behind compatible/MODEL')
          .option('--max-cost <usd>', 'stop before spending more', nonNegativeNumber)
          .option(
            '--price <price>',
            'MODEL=INPUT,OUTPUT in US dollars per million tokens (repeatable)',
            collect,
          )
          .option('--no-cache', 'do not answer from earlier replies')
          .option('--out <file>', 'write the result as Markdown (.md) or JSON (.json)')
          .option('--store <file>', 'where reads are kept (default ./overread.db)'),
        plugin.options,
      ),
    );
  },
  async run(session, _, flags, name) {
    const plugin = (await plugins())[name];
    const [{ openReading }, { publishedPlugin }, { parsePrice }] = await Promise.all([
      import('../reading.ts'),
      import('../../benchmarks/published-plugins.ts'),
      import('../../experts/model-ref.ts'),
    ]);
    const out = text(flags, 'out');
    if (out !== undefined && !/\.(md|json)$/.test(out))
      throw new OverreadError('bad-argument', 'Give --out a name that ends in .md or .json.');
    const { config, progress, signal } = session;
    const prices = Object.fromEntries(
      list(flags, 'price').map((written) => {
        const { ref, price } = parsePrice(written);
        return [ref, price];
      }),
    );
    const maxCost = (flags.maxCost as number | undefined) ?? config.maxCost;
    const baseUrl = text(flags, 'baseUrl') ?? config.baseUrl;
    const { store, blobs, gateway, close } = await openReading({
      readers: [],
      store: storeUrl(session, text(flags, 'store')),
      allow: [...(config.allow ?? []), ...list(flags, 'allow')],
      prices: { ...config.prices, ...prices },
      noCache: flags.cache === false,
      ...(baseUrl === undefined ? {} : { baseUrl }),
      ...(maxCost === undefined ? {} : { maxCost }),
      progress,
      signal,
    });
    try {
      const {
        result,
        text: shown,
        markdown,
      } = await plugin.run({
        options: givenOptions(flags, plugin.options),
        seed: text(flags, 'seed') ?? config.seed ?? '0',
        store,
        blobs,
        gateway,
        published: publishedPlugin,
        progress,
        signal,
        remark: session.remark,
      });
      session.result(result);
      session.say(shown);
      if (out !== undefined) {
        await writeWhole(
          out,
          out.endsWith('.json') ? `${JSON.stringify(result, null, 2)}\n` : `${markdown}\n`,
        );
        session.remark(`Written to ${out}`);
      }
      return 0;
    } finally {
      await close();
    }
  },
} satisfies CliCommand;

// overread data: what a published benchmark's release should hold, and whether what lies here does.
import type { Command as Parser } from 'commander';
import { OverreadError } from '../../domain/errors.ts';
import { assignments, choices, collect, optional } from '../arguments.ts';
import type { CliCommand } from '../command.ts';
import { list, text } from '../command.ts';
import { folded } from '../terminal-text.ts';

/** The options that choose items of a release. */
function choosing(command: Parser): Parser {
  return command
    .option('--mode <mode>', 'way of asking, where there are several')
    .option('--split <split>', 'only this split')
    .option('--facet <name=value>', 'only items of this node of a facet (repeatable)', collect)
    .option('--column <field=column>', 'a release’s own name of a field (repeatable)', collect);
}

export default {
  register(program) {
    const data = program
      .command('data')
      .description('data cards of published benchmarks, and checks of releases');
    return [
      data.command('list').description('list the published benchmarks: access, licence, size'),
      data.command('card').description('show a data card').argument('<name>', 'published benchmark'),
      choosing(
        data
          .command('check')
          .description('say what is missing from a release or differs from its card')
          .argument('<name>', 'published benchmark')
          .argument('<path>', 'folder, file or address of the release'),
      ),
      choosing(
        data
          .command('pictures')
          .description(
            'write the pictures that readers are shown, each once and named by its hash, to be embedded',
          )
          .argument('<name>', 'published benchmark')
          .argument('<path>', 'folder, file or address of the release')
          .requiredOption('--out <folder>', 'where the pictures are written'),
      ),
      choosing(
        data
          .command('facets')
          .description('count the items of each node of each facet, within those chosen')
          .argument('<name>', 'published benchmark')
          .argument('<path>', 'folder, file or address of the release'),
      ),
    ];
  },
  async run(session, [name, path], flags, command) {
    const { publishedPlugin, publishedPlugins } = await import('../../benchmarks/published-plugins.ts');
    if (command === 'list') {
      const cards = publishedPlugins().map(({ id, summary, card, modes }) => ({
        id,
        summary,
        modes,
        ...card,
      }));
      session.result(cards);
      for (const { id, access, licence, size } of cards)
        session.say(
          folded(`${id.padEnd(18)} ${access.padEnd(13)}  ${licence}; ${size}`, process.stdout.columns),
        );
      return 0;
    }
    const plugin = publishedPlugin(String(name));
    if (command === 'card') {
      session.result({ id: plugin.id, paper: plugin.paper, ...plugin.card });
      session.say(JSON.stringify({ id: plugin.id, paper: plugin.paper, ...plugin.card }, null, 2));
      return 0;
    }
    if (typeof path !== 'string')
      throw new OverreadError(
        'bad-argument',
        `Say where the release lies: overread data ${command} NAME PATH.`,
      );
    const { openDataAt } = await import('../../benchmarks/open-data.ts');
    const data = await openDataAt(path, plugin.card.files, session.signal);
    const chosen = {
      ...optional('mode', text(flags, 'mode')),
      ...optional('split', text(flags, 'split')),
      facets: choices(list(flags, 'facet'), '--facet'),
      columns: assignments(list(flags, 'column'), '--column'),
      signal: session.signal,
    };
    if (command === 'pictures') {
      const { writePictures } = await import('../../benchmarks/write-pictures.ts');
      const out = text(flags, 'out') ?? '';
      const written = await writePictures(plugin, data, chosen, out);
      await data.close?.();
      session.result({ out, ...written });
      session.say(
        `${written.pictures} pictures of ${written.items} items, and pictures.jsonl with their names`,
      );
      return written.pictures === 0 ? 2 : 0;
    }
    if (command === 'facets') {
      const { countNodes } = await import('../../benchmarks/chosen-records.ts');
      const { recordOptions } = await import('../../benchmarks/published-source.ts');
      const counted = await countNodes(plugin, data, recordOptions(plugin, chosen));
      await data.close?.();
      session.result(counted);
      for (const [facet, nodes] of Object.entries(counted.nodes)) {
        session.say(facet);
        for (const [node, count] of Object.entries(nodes))
          session.say(`${String(count).padStart(8)}  ${node}`);
      }
      session.say(`${counted.items} items`);
      return counted.items === 0 ? 2 : 0;
    }
    const { checkData } = await import('../../benchmarks/data-check.ts');
    const found = await checkData(plugin, data, chosen);
    await data.close?.();
    session.result(found);
    for (const { level, message } of found.findings) session.say(`${level.padEnd(9)} ${message}`);
    session.say(
      `${found.complete ? 'complete' : 'NOT complete'}: ${found.records} records, ${found.pictures} pictures named`,
    );
    return found.complete ? 0 : 2;
  },
} satisfies CliCommand;

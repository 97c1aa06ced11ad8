// overread readers: who can read, how readers are written, and what one of them takes.
import type { ReaderPlugin } from '../../agents/reader-plugin.ts';
import { OverreadError } from '../../domain/errors.ts';
import type { CliCommand } from '../command.ts';
import { fold } from '../fold.ts';
import type { Session } from '../session.ts';

export default {
  register: (program) =>
    program
      .command('readers')
      .description('list readers, model providers and segmenters, or what one reader takes')
      .argument('[reader]', 'a reader’s name'),
  async run(session, [wanted]) {
    const [{ readerPlugins }, { providers }, { segmenterPlugins }] = await Promise.all([
      import('../../agents/create-reader.ts'),
      import('../../experts/providers/registry.generated.ts'),
      import('../../experts/segmenter.ts'),
    ]);
    const plugins = readerPlugins();
    if (typeof wanted === 'string') {
      const plugin = plugins.find(({ id }) => id === wanted);
      if (plugin === undefined)
        throw new OverreadError(
          'reader-unknown',
          `There is no reader "${wanted}": use one of ${plugins.map(({ id }) => id).join(', ')}.`,
        );
      session.result(cardOf(plugin));
      tellOne(session, plugin);
      return 0;
    }
    const segmenters = segmenterPlugins();
    session.result({
      readers: plugins.map(cardOf),
      providers: Object.keys(providers),
      segmenters: segmenters.map(({ id, summary, options }) => ({ id, summary, options })),
    });
    const width = Math.max(...plugins.map((plugin) => written(plugin).length));
    const listed = (which: (plugin: ReaderPlugin) => boolean): void => {
      for (const plugin of plugins.filter(which))
        session.say(fold(`  ${written(plugin).padEnd(width)}  `, plugin.summary));
    };
    session.say('Readers are written [STRATEGY@]MODEL[#MODE].\n\nWithout a model');
    listed(({ model }) => !model);
    session.say('\nAround a model (PROVIDER/MODEL alone means direct@)');
    listed(({ model, method }) => model && method === undefined);
    session.say('\nPublished strategies around a model ("overread readers NAME" says what each takes)');
    listed(({ model, method }) => model && method !== undefined);
    session.say(`\nProviders: ${Object.keys(providers).join(', ')} (compatible takes --base-url)`);
    session.say('\nSegmenters behind #predicted (--segmenter ID:OPTION=VALUE,…)');
    for (const s of segmenters) session.say(fold(`  ${s.id.padEnd(width)}  `, s.summary));
    return 0;
  },
} satisfies CliCommand;

function written({ id, model, local = false, modes }: ReaderPlugin): string {
  const around = local ? '@onnx/PATH' : model ? '@…' : '';
  return `${id}${around}${modes.length === 0 ? '' : `#${modes.join('|')}`}`;
}

function cardOf({ id, summary, model, local = false, modes, options = [], method }: ReaderPlugin) {
  return {
    ...{ id, summary, takesModel: model, local, modes, options },
    ...(method === undefined ? {} : { paper: method.paper, command: method.command, needs: method.needs }),
  };
}

function tellOne(session: Session, plugin: ReaderPlugin): void {
  const { options = [], method } = plugin;
  session.say(`${written(plugin)}\n  ${plugin.summary}`);
  if (method !== undefined) {
    const { title, arxiv, url } = method.paper;
    const where = arxiv === undefined ? url : `arXiv ${arxiv}`;
    session.say(`\n${fold('Paper  ', `${title}${where === undefined ? '' : ` (${where})`}`)}`);
    session.say(`Run    ${method.command}`);
    if (method.needs.length > 0) session.say(fold('Needs  ', method.needs.join('; ')));
  }
  if (options.length > 0) session.say('\nOptions (--option NAME=VALUE)');
  for (const option of options)
    session.say(
      `  ${option.name}${option.default === undefined ? '' : `=${option.default}`}\n${fold('      ', option.summary)}`,
    );
}

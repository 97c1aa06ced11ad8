// overread readers: who can read, and how readers are written.
import type { CliCommand } from '../command.ts';

export default {
  register: (program) =>
    program.command('readers').description('list readers, model providers and segmenters'),
  async run(session) {
    const [{ readerPlugins }, { providers }, { segmenterPlugins }] = await Promise.all([
      import('../../agents/create-reader.ts'),
      import('../../experts/providers/registry.generated.ts'),
      import('../../experts/segmenter.ts'),
    ]);
    const plugins = readerPlugins();
    const segmenters = segmenterPlugins();
    session.result({
      readers: plugins.map(({ id, summary, model, local = false, modes, options = [] }) => ({
        ...{ id, summary, takesModel: model, local, modes, options },
      })),
      providers: Object.keys(providers),
      segmenters: segmenters.map(({ id, summary, options }) => ({ id, summary, options })),
    });
    const written = plugins.map(
      ({ id, model, local, modes, summary }) =>
        [`${id}${local ? '@onnx/PATH' : model ? '@…' : ''}${suffix(modes)}`, model, summary] as const,
    );
    const width = Math.max(...written.map(([name]) => name.length));
    const listed = (withModel: boolean): void => {
      for (const [name, model, summary] of written)
        if (model === withModel) session.say(`  ${name.padEnd(width)}  ${summary}`);
    };
    session.say('Readers are written [STRATEGY@]MODEL[#MODE].\n\nWithout a model');
    listed(false);
    session.say('\nStrategies around a model (PROVIDER/MODEL alone means direct@)');
    listed(true);
    const optioned = plugins.filter(({ options = [] }) => options.length > 0);
    if (optioned.length > 0) session.say('\nOptions of strategies (--option NAME=VALUE)');
    for (const { id, options = [] } of optioned)
      for (const option of options)
        session.say(
          `  ${id.padEnd(width)}  ${option.name}${option.default === undefined ? '' : `=${option.default}`}: ${option.summary}`,
        );
    session.say(`\nProviders: ${Object.keys(providers).join(', ')} (compatible takes --base-url)`);
    session.say('\nSegmenters behind #predicted (--segmenter ID:OPTION=VALUE,…)');
    for (const s of segmenters) session.say(`  ${s.id.padEnd(width)}  ${s.summary}`);
    return 0;
  },
} satisfies CliCommand;

function suffix(all: readonly string[]): string {
  return all.length === 0 ? '' : `#${all.join('|')}`;
}

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
      readers: plugins.map(({ id, summary, model, modes }) => ({ id, summary, takesModel: model, modes })),
      providers: Object.keys(providers),
      segmenters: segmenters.map(({ id, summary, options }) => ({ id, summary, options })),
    });
    session.say('Readers are written [STRATEGY@]MODEL[#MODE].\n\nWithout a model');
    for (const p of plugins.filter((plugin) => !plugin.model))
      session.say(`  ${(p.id + modes(p.modes)).padEnd(30)} ${p.summary}`);
    session.say('\nStrategies around a model (PROVIDER/MODEL alone means direct@)');
    for (const p of plugins.filter((plugin) => plugin.model))
      session.say(`  ${(`${p.id}@…${modes(p.modes)}`).padEnd(30)} ${p.summary}`);
    session.say(`\nProviders: ${Object.keys(providers).join(', ')} (compatible takes --base-url)`);
    session.say('\nSegmenters behind #predicted (--segmenter ID:OPTION=VALUE,…)');
    for (const s of segmenters) session.say(`  ${s.id.padEnd(30)} ${s.summary}`);
    return 0;
  },
} satisfies CliCommand;

function modes(all: readonly string[]): string {
  return all.length === 0 ? '' : `#${all.join('|')}`;
}

// overread layouts: the dataset layouts and label schemes that `build` understands.
import type { CliCommand } from '../command.ts';

export default {
  register: (program) =>
    program.command('layouts').description('list dataset layouts, file formats and label schemes'),
  async run(session) {
    const [{ layouts }, { formats }, { schemes }] = await Promise.all([
      import('../../imaging/layouts/registry.generated.ts'),
      import('../../imaging/formats/registry.generated.ts'),
      import('../../knowledge/schemes/registry.generated.ts'),
    ]);
    const listed = {
      layouts: Object.values(layouts).map(({ id, summary }) => ({ id, summary })),
      formats: Object.values(formats).map(({ id, summary }) => ({ id, summary })),
      schemes: Object.keys(schemes),
    };
    session.result(listed);
    session.say('Layouts (overread build SOURCE --layout …)');
    for (const { id, summary } of listed.layouts) session.say(`  ${id.padEnd(18)} ${summary}`);
    session.say('\nFile formats');
    for (const { id, summary } of listed.formats) session.say(`  ${id.padEnd(18)} ${summary}`);
    session.say(`\nLabel schemes (--scheme NAME, or a JSON file)\n  ${listed.schemes.join(', ')}`);
    return 0;
  },
} satisfies CliCommand;

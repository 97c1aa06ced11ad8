// overread experts: what can stand behind a role that strategies and tools ask.
import type { CliCommand } from '../command.ts';
import { fold } from '../fold.ts';

export default {
  register: (program) =>
    program.command('experts').description('list the experts that --expert takes, by role'),
  async run(session) {
    const [{ servicePlugins }, { EXPERT_ROLES }] = await Promise.all([
      import('../../experts/expert-service.ts'),
      import('../../domain/expert.ts'),
    ]);
    const plugins = servicePlugins();
    session.result(
      plugins.map(({ id, summary, roles, positional, options }) => ({
        id,
        summary,
        roles,
        positional,
        options,
      })),
    );
    session.say('Experts are written --expert ROLE=EXPERT:OPTION=VALUE,…');
    for (const role of EXPERT_ROLES) {
      session.say(`\n${role}`);
      for (const plugin of plugins.filter(({ roles }) => roles.includes(role))) {
        session.say(fold(`  ${plugin.id.padEnd(14)}  `, plugin.summary));
        for (const [name, about] of Object.entries(plugin.options))
          session.say(
            fold(
              `${' '.repeat(20)}${name}${name === plugin.positional ? ' (comes first, without its name)' : ''}: `,
              about,
              22,
            ),
          );
      }
    }
    return 0;
  },
} satisfies CliCommand;

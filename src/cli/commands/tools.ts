// overread tools: what a model with tools may call, by group, with arguments and modes.
import type { CliCommand } from '../command.ts';
import { fold } from '../fold.ts';

interface ArgumentSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

const ABOUT: Readonly<Record<string, string>> = {
  case: 'given to every reader with tools',
  pixels: 'pictures and voxels: --tools pixels',
  knowledge: 'what is known, and arithmetic: --tools knowledge',
  expert: 'the experts given with --expert: --tools expert',
};

export default {
  register: (program) =>
    program.command('tools').description('list the tools that --tools gives to models, by group'),
  async run(session) {
    const [{ allTools }, { inputSchema }, { TOOL_GROUPS }] = await Promise.all([
      import('../../tools/toolkit.ts'),
      import('../../tools/call.ts'),
      import('../../domain/tool.ts'),
    ]);
    const tools = allTools().map(
      ({ name, description, group = 'case', modes, needsScan = false, needsExpert, ...tool }) => ({
        name,
        group,
        modes,
        needsScan,
        ...(needsExpert === undefined ? {} : { needsExpert }),
        description,
        input: inputSchema({ ...tool, name, description, modes }),
      }),
    );
    session.result(tools);
    session.say('Tools join a run by name, by group or all at once: --tools NAME|GROUP|all.');
    for (const group of TOOL_GROUPS) {
      const members = tools.filter((tool) => tool.group === group);
      if (members.length === 0) continue;
      session.say(`\n${group} (${ABOUT[group] ?? 'tools of outside servers'})`);
      for (const { name, description, modes, needsScan, input, ...rest } of members) {
        const { properties = {}, required = [] } = input as ArgumentSchema;
        const written = Object.keys(properties).map((each) => (required.includes(each) ? each : `${each}?`));
        session.say(fold(`  ${name} `, `{${written.join(', ')}}`));
        session.say(fold('      ', description));
        const needs = [
          ...(needsScan ? ['a scan'] : []),
          ...('needsExpert' in rest ? [`--expert ${rest.needsExpert}=…`] : []),
        ];
        session.say(`      ${modes.join(', ')}${needs.length > 0 ? `; needs ${needs.join(', ')}` : ''}`);
      }
    }
    return 0;
  },
} satisfies CliCommand;

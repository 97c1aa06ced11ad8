// overread methods: the published systems that are plug-ins here.
import { allMethods } from '../../studies/all-methods.ts';
import type { CliCommand } from '../command.ts';

export default {
  register: (program) =>
    program.command('methods').description('list the published systems, what each needs and its command'),
  async run(session) {
    const methods = await allMethods();
    session.result(
      methods.map(({ id, kind, summary, paper, alsoPapers = [], command, needs }) => ({
        id,
        kind,
        summary,
        paper,
        alsoPapers,
        command,
        needs,
      })),
    );
    for (const m of methods) {
      const where = m.paper.arxiv ? `arXiv ${m.paper.arxiv}` : (m.paper.url ?? '');
      session.say(`${m.id.padEnd(22)} ${m.kind.padEnd(10)} ${m.summary}`);
      session.say(`${' '.repeat(34)}${m.paper.title}${where ? ` (${where})` : ''}`);
      for (const also of m.alsoPapers ?? []) session.say(`${' '.repeat(34)}${also.title}`);
      session.say(
        `${' '.repeat(34)}${m.command}${m.needs.length > 0 ? `   needs ${m.needs.join(', ')}` : ''}`,
      );
    }
    return 0;
  },
} satisfies CliCommand;

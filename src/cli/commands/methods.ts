// overread methods: the published systems that are plug-ins here.
import { allMethods } from '../../studies/all-methods.ts';
import type { CliCommand } from '../command.ts';

export default {
  register: (program) =>
    program.command('methods').description('list the published systems, what each needs and its command'),
  async run(session) {
    const [methods, { catalogueEntry }] = await Promise.all([
      allMethods(),
      import('../../benchmarks/taxonomy.ts'),
    ]);
    session.result(
      methods.map((method) => {
        const { id, kind, summary, paper, alsoPapers = [], command, needs } = method;
        const { groups, tasks, modalities, metrics, data } = catalogueEntry(method, methods);
        return {
          ...{ id, kind, summary, paper, alsoPapers, command, needs },
          ...{ groups, tasks, modalities, metrics, ...(data === undefined ? {} : { data }) },
        };
      }),
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

// overread methods: the published systems that are plug-ins here.
import type { Method } from '../../domain/method.ts';
import type { CliCommand } from '../command.ts';

export async function allMethods(): Promise<readonly Method[]> {
  const [{ readerPlugins }, { methods }, { publishedBenchmarks }, { builders }, { studies }] =
    await Promise.all([
      import('../../agents/create-reader.ts'),
      import('../../benchmarks/methods/registry.generated.ts'),
      import('../../benchmarks/published/registry.generated.ts'),
      import('../../benchmarks/builders/registry.generated.ts'),
      import('../../studies/kinds/registry.generated.ts'),
    ]);
  const strategies = readerPlugins().flatMap(({ id, summary, method }): Method[] =>
    method === undefined ? [] : [{ id, summary, kind: 'agent', ...method }],
  );
  const all: readonly Method[] = [
    ...strategies,
    ...[methods, publishedBenchmarks, builders, studies].flatMap((found) => Object.values<Method>(found)),
  ];
  return all.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

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

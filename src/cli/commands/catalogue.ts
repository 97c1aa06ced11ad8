// overread catalogue: all that is implemented, by task, modality, data and metric.
import type { CatalogueEntry } from '../../benchmarks/taxonomy.ts';
import { allMethods } from '../../studies/all-methods.ts';
import { optional } from '../arguments.ts';
import type { CliCommand } from '../command.ts';
import { text } from '../command.ts';
import { folded } from '../terminal-text.ts';

const COUNTED = ['group', 'task', 'modality', 'access', 'metric', 'kind'] as const;

export default {
  register: (program) =>
    program
      .command('catalogue')
      .description('all benchmarks, builders and studies by task, modality, data and metric')
      .option('--task <words>', 'only this task or group of tasks')
      .option('--modality <words>', 'only this modality')
      .option('--metric <words>', 'only with this metric')
      .option('--access <access>', 'only data with this access: open, registration, credentialed …')
      .option('--kind <kind>', 'only benchmark, builder, study …')
      .option('--counts', 'how many stand under each value'),
  async run(session, _, flags) {
    const { catalogue, catalogueCounts } = await import('../../benchmarks/taxonomy.ts');
    const entries = catalogue(await allMethods(), {
      ...optional('task', text(flags, 'task')),
      ...optional('modality', text(flags, 'modality')),
      ...optional('metric', text(flags, 'metric')),
      ...optional('access', text(flags, 'access')),
      ...optional('kind', text(flags, 'kind')),
    });
    const counts = catalogueCounts(entries);
    session.result(flags.counts === true ? { entries: entries.length, counts } : { entries, counts });
    if (flags.counts === true) {
      for (const side of COUNTED)
        session.say(
          `${side}\n${counts[side].map(([name, n]) => `  ${String(n).padStart(3)}  ${name}`).join('\n')}`,
        );
      return 0;
    }
    for (const [group, own] of byGroup(entries)) {
      session.say(group);
      for (const entry of own) session.say(folded(lineOf(entry), process.stdout.columns));
    }
    if (entries.length === 0) session.say('Nothing here is of that kind.');
    return 0;
  },
} satisfies CliCommand;

function byGroup(entries: readonly CatalogueEntry[]): Map<string, CatalogueEntry[]> {
  const groups = new Map<string, CatalogueEntry[]>();
  for (const entry of entries)
    for (const group of entry.groups) groups.set(group, [...(groups.get(group) ?? []), entry]);
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function lineOf({ id, kind, tasks, modalities, data, metrics }: CatalogueEntry): string {
  const facts = [
    tasks.join(', '),
    modalities.slice(0, 4).join(', '),
    data?.access ?? '',
    metrics.slice(0, 3).join(', '),
  ].filter((fact) => fact !== '');
  return `  ${id.padEnd(20)} ${kind.padEnd(10)}  ${facts.join('; ')}`;
}

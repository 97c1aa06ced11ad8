import { expect, it } from 'vitest';
import { readerPlugins } from '../../agents/create-reader.ts';
import { builders } from '../../benchmarks/builders/registry.generated.ts';
import { publishedBenchmarks } from '../../benchmarks/published/registry.generated.ts';
import { allMethods } from '../../studies/all-methods.ts';
import { studies } from '../../studies/kinds/registry.generated.ts';

it('names only builders, studies and strategies that there are in the commands of methods', async () => {
  const ids = (found: object) => Object.values(found as Record<string, { id: string }>).map(({ id }) => id);
  const known: Readonly<Record<string, readonly string[]>> = {
    make: ids(builders),
    study: ids(studies),
    run: [...ids(publishedBenchmarks), 'BENCHMARK', 'BENCH', 'DIR'],
    reader: readerPlugins().map(({ id }) => id),
  };
  for (const { id, command } of await allMethods()) {
    for (const [, verb, what] of command.matchAll(/overread (make|study|run) ([\w-]+)/g))
      expect(known[verb], `${id}: ${command}`).toContain(what);
    for (const [, strategy] of command.matchAll(/--reader ([\w-]+)@/g))
      expect(known.reader, `${id}: ${command}`).toContain(strategy);
  }
});

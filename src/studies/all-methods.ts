// Every published system that is a plug-in here, as the catalogue lists it.
import type { Method } from '../domain/method.ts';

/** Every method by id: strategies, published benchmarks, builders, studies. Loads all plug-ins, which takes a second. */
export async function allMethods(): Promise<readonly Method[]> {
  const [{ readerPlugins }, { methods }, { publishedBenchmarks }, { builders }, { studies }] =
    await Promise.all([
      import('../agents/create-reader.ts'),
      import('../benchmarks/methods/registry.generated.ts'),
      import('../benchmarks/published/registry.generated.ts'),
      import('../benchmarks/builders/registry.generated.ts'),
      import('./kinds/registry.generated.ts'),
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

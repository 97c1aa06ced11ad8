// The records that a user's facets choose: any combination of a benchmark's nodes is an evaluation set of its own.
import { OverreadError } from '../domain/errors.ts';
import type { DataRoot } from '../records/source.ts';
import type { PublishedBenchmark, PublishedItem, PublishedRecord, RecordOptions } from './published.ts';

/** Values by facet: an item must have one of the values of each facet. */
export type Facets = Readonly<Record<string, readonly string[]>>;

const fold = (text: string): string => text.normalize('NFC').trim().toLowerCase();

/** What an item says of a facet; "type" and "stage" are facets of every item. */
export function facetOf(item: PublishedItem, name: string): string | undefined {
  if (name === 'type') return item.type;
  return name === 'stage' ? item.stage : item.facets?.[name];
}

/** Facets by which a benchmark's items can be chosen. */
export function facetNames(plugin: Pick<PublishedBenchmark, 'facets'>): readonly string[] {
  return [...new Set(['stage', 'type', ...plugin.facets])];
}

/** Throws `bad-argument` for a facet that the benchmark does not have. */
export function checkFacets(plugin: Pick<PublishedBenchmark, 'id' | 'facets'>, facets: Facets): void {
  const names = facetNames(plugin);
  const strange = Object.keys(facets).find((name) => !names.includes(name));
  if (strange !== undefined)
    throw new OverreadError(
      'bad-argument',
      `${plugin.id} has no facet "${strange}": use ${names.join(', ')}.`,
    );
}

/** A benchmark's records in release order, those only that `options.facets` choose; letter case does not matter. */
export async function* chosenRecords<Reference, Item>(
  plugin: PublishedBenchmark<Reference, Item>,
  data: DataRoot,
  options: RecordOptions,
): AsyncGenerator<PublishedRecord<Reference>> {
  const wanted = Object.entries(options.facets ?? {}).map(
    ([name, values]) => [name, new Set(values.map(fold))] as const,
  );
  for await (const record of plugin.records(data, options))
    if (wanted.every(([name, values]) => values.has(fold(facetOf(record.item, name) ?? '')))) yield record;
}

/** How many items each node has, nodes by facet: what there is to choose among. */
export async function countNodes(
  plugin: PublishedBenchmark,
  data: DataRoot,
  options: RecordOptions,
): Promise<{ items: number; nodes: Readonly<Record<string, Readonly<Record<string, number>>>> }> {
  const counts = new Map(facetNames(plugin).map((name) => [name, new Map<string, number>()]));
  let items = 0;
  for await (const { item } of chosenRecords(plugin, data, options)) {
    items++;
    for (const [name, nodes] of counts) {
      const value = facetOf(item, name);
      if (value !== undefined) nodes.set(value, (nodes.get(value) ?? 0) + 1);
    }
  }
  const nodes = Object.fromEntries(
    [...counts].map(([name, found]) => [
      name,
      Object.fromEntries([...found].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))),
    ]),
  );
  return { items, nodes };
}

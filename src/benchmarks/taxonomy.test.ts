// The catalogue: every card's task has a heading, filters leave what they say, counts count methods once.
import { describe, expect, it } from 'vitest';
import { builders } from './builders/registry.generated.ts';
import { publishedBenchmarks } from './published/registry.generated.ts';
import type { PublishedBenchmark } from './published.ts';
import { catalogue, catalogueCounts, groupOf, TASK_GROUPS } from './taxonomy.ts';

const benchmarks = Object.values(publishedBenchmarks) as unknown as PublishedBenchmark[];
const all = [...benchmarks, ...Object.values(builders)];

describe('the catalogue', () => {
  it('has a heading for every task that a card names', () => {
    const unknown = benchmarks.flatMap(({ id, card }) =>
      card.tasks.filter((task) => groupOf(task) === undefined).map((task) => `${id}: ${task}`),
    );
    expect(unknown).toEqual([]);
  });

  it('has at least one benchmark under every heading', () => {
    const { group } = catalogueCounts(catalogue(benchmarks));
    expect(group.map(([name]) => name).sort()).toEqual([...TASK_GROUPS].sort());
  });

  it('leaves what a filter says', () => {
    const found = catalogue(all, { task: 'report generation', modality: 'PET' });
    expect(found.map(({ id }) => id)).toEqual(['pet2rep', 'vipet']);
    expect(catalogue(all, { access: 'open' }).every(({ data }) => data?.access === 'open')).toBe(true);
    expect(catalogue(all, { kind: 'builder' }).every(({ kind }) => kind === 'builder')).toBe(true);
    expect(catalogue(all, { metric: 'bleu' }).length).toBeGreaterThan(0);
  });

  it('puts a builder where its benchmark stands', () => {
    const [entry] = catalogue(all, { kind: 'builder', task: 'odd one out' });
    expect(entry.id).toBe('medobvious');
  });

  it('counts a method once under each value', () => {
    const entries = catalogue(all);
    const counts = catalogueCounts(entries);
    expect(counts.kind.reduce((sum, [, n]) => sum + n, 0)).toBe(entries.length);
    expect(counts.access.reduce((sum, [, n]) => sum + n, 0)).toBe(benchmarks.length);
  });
});

// Reports of published benchmarks: what readers are compared on, and which facets are shown.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../domain/run.ts';
import type { ScoringRow } from '../domain/scoring-row.ts';
import { openData } from '../records/data-root.ts';
import mmrarebench from './published/mmrarebench/index.ts';
import type { PublishedBenchmark } from './published.ts';
import { scorePublished } from './published-score.ts';
import { recordOptions } from './published-source.ts';

const plugin = mmrarebench as unknown as PublishedBenchmark;

describe('two readers', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'compared-'));
    await mmrarebench.fixture(folder, { items: 40, seed: '1' });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const compared = async (chosen: PublishedBenchmark) => {
    const data = await openData(folder);
    const options = recordOptions(chosen, { mode: 'crossmodal' });
    const right = new Map<string, string>();
    for await (const record of chosen.records(data, options))
      right.set(record.item.id, chosen.oracle(record, 'crossmodal'));
    const runOf = (reader: string, raw: (id: string) => string) => ({
      run: { id: `run-${reader}`, reader } as RunRecord,
      rows: [...right.keys()].map(
        (questionId) => ({ questionId, status: 'answered', raw: raw(questionId), repeat: 0 }) as ScoringRow,
      ),
    });
    return scorePublished({
      plugin: chosen,
      data,
      contentHash: 'x',
      options,
      runs: [runOf('knows', (id) => right.get(id) ?? ''), runOf('mute', () => 'nothing')],
      protocol: 'strict',
      resamples: 200,
    });
  };

  it('are compared on the first metric that both have: without a judge not on the judge’s', async () => {
    const { readers, pairs } = await compared(plugin);
    expect(readers[0].overall[0].score).toBeNull();
    expect(pairs).toMatchObject([{ metric: 'substring', n: 40, difference: 1, verdict: 'win' }]);
  });

  it('are not shown by a facet of one value', async () => {
    const all = { holds: () => true, metrics: plugin.metrics('strict', 'crossmodal') };
    const { readers } = await compared({
      ...plugin,
      breakdowns: () => ({ one: { only: all }, two: { first: all, second: all } }),
    });
    expect(Object.keys(readers[0].facets)).toContain('two');
    expect(Object.keys(readers[0].facets)).not.toContain('one');
  });
});

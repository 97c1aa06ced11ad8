// The prompt study as a command: what it needs, what it refuses, and what it hands back.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import vqaRad from '../../benchmarks/published/vqa-rad.ts';
import type { PublishedBenchmark } from '../../benchmarks/published.ts';
import { silent } from '../../domain/progress.ts';
import { createGateway } from '../../experts/gateway.ts';
import { memoryBlobs } from '../../storage/blobs.ts';
import { openStore } from '../../storage/store.ts';
import { OPTIMISERS } from '../prompts/optimisers.ts';
import type { PromptStudy } from '../prompts/study.ts';
import { startStochasticModel } from '../prompts/testing/stochastic-model.ts';
import prompts from './prompts.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'study-prompts-'));
  await vqaRad.fixture(folder, { items: 90, seed: '1' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(given: Readonly<Record<string, string | readonly string[]>>) {
  const model = await startStochasticModel({ kind: 'promptable', seed: '1' });
  const store = await openStore(':memory:');
  const blobs = memoryBlobs();
  const gateway = createGateway({
    allow: [new URL(model.url).origin],
    baseUrls: { compatible: model.url },
    prices: { 'compatible/scripted': { input: 1, output: 10 } },
    store,
    blobs,
    env: {},
  });
  try {
    return await prompts.run({
      options: Object.fromEntries(Object.entries(given).map(([name, value]) => [name, [value].flat()])),
      seed: '1',
      store,
      blobs,
      gateway,
      published: () => vqaRad as unknown as PublishedBenchmark,
      progress: silent,
      signal: new AbortController().signal,
      remark: () => {},
    });
  } finally {
    await gateway.close();
    await store.close();
    await model.close();
  }
}

const small = () => ({
  benchmark: 'vqa-rad',
  data: folder,
  reader: 'compatible/scripted',
  parts: 'divide',
  calls: '60',
  train: '12',
  validation: '12',
  test: '24',
});

describe('overread study prompts', () => {
  it('hands back a table with calls, tokens, cost, values, gain and verdict, as text, Markdown and data', async () => {
    const { result, text, markdown } = await run({ ...small(), optimiser: 'mipro,bootstrap' });
    const study = result as PromptStudy;
    expect(study.results.map(({ optimiser }) => optimiser)).toEqual(['random-search', 'bootstrap', 'mipro']);
    expect(study).toMatchObject({
      benchmark: 'vqa-rad',
      metric: 'accuracy',
      calls: 60,
      baseline: 'random-search',
    });
    for (const { spent, optimiser } of study.results) {
      expect(spent.inputTokens).toBeGreaterThan(1000);
      expect(spent.costUsd).toBeGreaterThan(0);
      expect(spent.calls).toBeLessThanOrEqual(60);
      expect(text).toMatch(new RegExp(`${optimiser} +${spent.calls} +${spent.inputTokens} `));
    }
    const [, , mipro] = study.results;
    expect(mipro.against?.absolute).toBeCloseTo((mipro.test ?? 0) - (study.results[0].test ?? 0), 9);
    for (const column of ['calls', 'cost', 'validation', 'test', 'gain', 'verdict'])
      expect(text.split('\n')[2]).toContain(column);
    expect(markdown).toMatch(/^## Prompts for compatible\/scripted on vqa-rad/);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('names every optimiser in its help', () => {
    const about = prompts.options.find(({ name }) => name === 'optimiser')?.about ?? '';
    for (const { id } of OPTIMISERS) expect(about).toContain(id);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['no benchmark', { benchmark: '' }, /^A prompt study needs --benchmark/],
    ['an unknown optimiser', { optimiser: 'mipro,copro' }, /^There is no optimiser "copro": use/],
    ['no training part', { parts: 'release' }, /^vqa-rad has no training part here: add --parts divide/],
    ['too few calls', { calls: '20' }, /^20 calls cannot validate two prompts on 12 items: give at least/],
    ['calls in words', { calls: 'many' }, /^--calls is a whole number of at least 1\.$/],
    ['another way to cut', { parts: 'halves' }, /^--parts is release or divide, not "halves"\.$/],
    ['a reader without a model', { reader: 'random' }, /no model behind it/],
    ['a mode that is not there', { mode: 'loud' }, /^vqa-rad has no mode "loud"/],
    ['no data', { data: 'nowhere' }, /^There is nothing at "nowhere"/],
    ['too few test items', { test: '3' }, /leaves 3 items for the test part and 20 are needed/],
    ['a column without a name', { column: '=x' }, /is no column: write FIELD=COLUMN/],
  ])('%s is said in one sentence', async (_, wrong, message) => {
    const given = Object.fromEntries(
      Object.entries({ ...small(), ...wrong }).filter(([, value]) => value !== ''),
    );
    await expect(run(given)).rejects.toThrow(message);
  });
});

import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDataAt } from '../../../benchmarks/open-data.ts';
import slake from '../../../benchmarks/published/slake.ts';
import type { PublishedBenchmark } from '../../../benchmarks/published.ts';
import { openPublished } from '../../../benchmarks/published-source.ts';
import { memoryBlobs } from '../../../storage/blobs.ts';
import { runOver } from '../library/testing.ts';
import { benchmarkPage, casePage } from '../shapes/benchmarks.ts';
import { questionDetail, questionPage } from '../shapes/questions.ts';
import { indexQuestions } from './question-index.ts';
import { type TestWorkbench, testWorkbench } from './testing.ts';

const plugin = slake as PublishedBenchmark;
let place: string;
let bench: TestWorkbench;
let at: string;
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'overread-release-'));
  await plugin.fixture(place, { items: 24, seed: '7' });
  bench = await testWorkbench({});
  const settings = { benchmark: plugin.id, mode: plugin.modes[0], split: null, columns: {}, seed: '0' };
  const data = await openDataAt(place, plugin.card.files);
  const { manifest } = await openPublished(plugin, data, memoryBlobs(), { mode: plugin.modes[0], seed: '0' });
  await bench.store.saveRun({ ...runOver(manifest, place), settings: { release: settings } });
  at = `/api/benchmarks/${manifest.contentHash.slice(0, 16)}`;
});
afterAll(async () => {
  await bench.close();
  await rm(place, { recursive: true, force: true });
});

const questions = async (query = '') =>
  questionPage.parse((await bench.call(`${at}/questions${query}`)).json);

describe('a published benchmark that runs of the store read', () => {
  test('tells its data card and how the runs read it', async () => {
    const { published, entry } = benchmarkPage.parse((await bench.call(at)).json);
    expect(entry).toMatchObject({ kind: 'published', plugin: 'slake' });
    expect(published?.card.licence).toBe(plugin.card.licence);
    expect(published?.mode).toBe(plugin.modes[0]);
    expect((await bench.call(`${at}/manifest`)).status).toBe(404);
  });

  test('its items are filtered by facets, and each count is what choosing it leaves', async () => {
    const all = await questions();
    expect(all.total).toBeGreaterThanOrEqual(24);
    expect(all.cut).toBe(false);
    expect(all.facets.length).toBeGreaterThan(0);
    for (const { name, values } of all.facets)
      for (const { value, count } of values)
        expect((await questions(`?facet=${encodeURIComponent(`${name}:${value}`)}`)).total).toBe(count);
    expect((await questions('?facet=nothing:here')).total).toBe(0);
  });

  test('an item shows its words and pictures in order, and the reference that scores go by', async () => {
    const { rows } = await questions();
    const detail = questionDetail.parse(
      (await bench.call(`${at}/questions/${encodeURIComponent(rows[0].id)}`)).json,
    );
    const parts = detail.question.prompt ?? [];
    expect(parts.map(({ type }) => type)).toContain('image');
    expect(detail.reference?.reply).toBe(rows[0].gold);
    for (const part of parts)
      if (part.type === 'image') expect((await bench.call(`/api/blobs/${part.hash}`)).status).toBe(200);
    const cases = casePage.parse((await bench.call(`${at}/cases`)).json);
    expect(cases.rows.reduce((sum, row) => sum + row.questions, 0)).toBe((await questions()).total);
  });

  test('of a release that is longer than what is held, the first are shown and it is said', async () => {
    const opened = await bench.context.library.open(at.slice(-16));
    const index = await indexQuestions(opened, undefined, 10);
    expect([index.count, index.cut]).toEqual([10, true]);
  });
});

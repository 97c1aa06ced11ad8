import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishedBenchmarks } from '../benchmarks/published/registry.generated.ts';
import type { PublishedBenchmark } from '../benchmarks/published.ts';
import { encodePng } from '../imaging/write-png.ts';
import { openData } from '../records/data-root.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { createEnvironment } from './episode.ts';
import { releaseEpisodes } from './release-episodes.ts';

const plugins = publishedBenchmarks as Readonly<Record<string, PublishedBenchmark>>;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'overread-episodes-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a release', () => {
  it('of items of one’s own is asked with its pictures, which are fetched while the episode is open', async () => {
    const data = join(folder, 'own');
    mkdirSync(data);
    const png = await encodePng({ width: 4, height: 4, channels: 1, data: new Uint8Array(16).fill(200) });
    writeFileSync(join(data, 'secret-name.png'), png);
    const item = {
      question: 'Bright?',
      options: ['no', 'yes'],
      answer: 'yes',
      pictures: ['secret-name.png'],
    };
    writeFileSync(
      join(data, 'items.jsonl'),
      ['a', 'b'].map((id) => `${JSON.stringify({ id, ...item })}\n`).join(''),
    );
    const blobs = memoryBlobs();
    const episodes = await releaseEpisodes({ plugin: plugins['own-items'], data: await openData(data) });
    const environment = createEnvironment({ ...episodes, blobs });
    const { observation } = await environment.reset({ seed: 0 });
    expect(JSON.stringify(observation)).not.toContain('secret-name');
    const [image] = observation.content.filter((part) => part.type === 'image');
    if (image?.type !== 'image') throw new Error('no picture');
    expect(image.url).toBe(`/images/${image.hash}?episode=episode-0`);
    expect((await environment.picture(image.hash))?.mediaType).toBe('image/png');
    expect(await environment.picture('0'.repeat(64))).toBeUndefined();
    // The episode's pictures are its own: nothing of it stays behind.
    expect(await blobs.has(image.hash)).toBe(false);
    expect((await environment.step({ answer: 'B' })).observation.info).toMatchObject({ score: 1 });
    await environment.reset({ seed: 0 });
    expect((await environment.step({ answer: 'perhaps' })).observation.info).toMatchObject({
      outcome: 'unparsed',
      score: 0,
    });
    environment.close();
    expect(await environment.picture(image.hash)).toBeUndefined();
  });
  it('gives its own oracle the full reward', { timeout: 60_000 }, async () => {
    for (const id of ['vqa-rad', 'slake', 'pmc-vqa', 'medxpertqa-mm', 'own-items']) {
      const plugin = plugins[id];
      const path = join(folder, id);
      await plugin.fixture(path, { items: 12, seed: '1' });
      const data = await openData(path);
      const [mode] = plugin.modes;
      const oracle = new Map<string, string>();
      for await (const record of plugin.records(data, { mode, seed: '0' }))
        oracle.set(record.item.id, plugin.oracle(record, mode));
      const environment = createEnvironment({
        ...(await releaseEpisodes({ plugin, data })),
        blobs: memoryBlobs(),
        rewards: 'answer',
      });
      for (let seed = 0; seed < 6; seed++) {
        await environment.reset({ seed });
        const answer = oracle.get(environment.state().question_id ?? '') ?? '';
        const { reward, observation } = await environment.step({ answer });
        expect([id, observation.info?.outcome, reward]).toEqual([id, 'answered', 1]);
      }
    }
  });
});

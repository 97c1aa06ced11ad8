import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openData } from '../records/data-root.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import vqaRad from './published/vqa-rad.ts';
import type { PublishedBenchmark } from './published.ts';
import { openPublished } from './published-source.ts';
import { writePictures } from './write-pictures.ts';

const plugin = vqaRad as unknown as PublishedBenchmark;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pictures-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('writes what readers are shown under the hashes that they are shown by', async () => {
  const release = join(folder, 'release');
  await plugin.fixture(release, { items: 10, seed: '0' });
  const out = join(folder, 'out');
  const written = await writePictures(plugin, await openData(release), {}, out);
  expect(written.items).toBe(10);
  const shown = new Set<string>();
  const source = await openPublished(plugin, await openData(release), memoryBlobs());
  for await (const { prompt = [] } of source.eachQuestion())
    for (const part of prompt) if (part.type === 'image') shown.add(part.hash);
  const files = (await readdir(out)).filter((name) => name.endsWith('.png'));
  expect(new Set(files.map((name) => name.slice(0, 64)))).toEqual(shown);
  expect(written.pictures).toBe(shown.size);
  const lines = (await readFile(join(out, 'pictures.jsonl'), 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(10);
  expect(JSON.parse(lines[0])).toEqual({
    image: expect.stringMatching(/^[0-9a-f]{64}\.png$/),
    name: 'case0.png',
    item: 'test-0',
  });
});

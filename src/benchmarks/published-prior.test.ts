import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openData } from '../records/data-root.ts';
import medMnist from './published/medmnist/index.ts';
import vqaRad from './published/vqa-rad.ts';
import type { PublishedBenchmark } from './published.ts';
import { publishedPrior } from './published-prior.ts';
import { recordOptions } from './published-source.ts';

async function priorOf(plugin: PublishedBenchmark) {
  const folder = await mkdtemp(join(tmpdir(), 'prior-'));
  try {
    await plugin.fixture(folder, { items: 30, seed: '0' });
    return await publishedPrior(plugin, await openData(folder), recordOptions(plugin, { split: 'test' }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('tells what training items are answered with, although another split is read', async () => {
  const prior = await priorOf(medMnist as unknown as PublishedBenchmark);
  // Two of three pictures of the fixture are dark, which stands for pneumonia: option B.
  expect(prior?.of('pneumoniamnist', 'nobody')).toMatchObject({
    size: 10,
    mostFrequent: 'pneumonia',
    letter: 'B',
  });
  expect(prior?.of('pneumoniamnist', 'pneumoniamnist-train-0')?.size).toBe(9);
  expect(prior?.of('another-type', 'nobody')).toBeUndefined();
});

it('a release without its training split has none', async () => {
  expect(await priorOf(vqaRad as unknown as PublishedBenchmark)).toBeUndefined();
});

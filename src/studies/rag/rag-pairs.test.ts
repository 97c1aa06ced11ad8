import { mkdtempSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createReader } from '../../agents/create-reader.ts';
import ownItems from '../../benchmarks/published/own-items/index.ts';
import type { PublishedBenchmark } from '../../benchmarks/published.ts';
import { openPublished } from '../../benchmarks/published-source.ts';
import type { Experts } from '../../domain/expert.ts';
import { silent } from '../../domain/progress.ts';
import { createGateway } from '../../experts/gateway.ts';
import { greyAt, startSimulatedReader } from '../../experts/testing/simulated-reader.ts';
import { encodePng } from '../../imaging/write-png.ts';
import { openData } from '../../records/data-root.ts';
import { executeRun } from '../../runs/engine.ts';
import { memoryBlobs } from '../../storage/blobs.ts';
import { openStore } from '../../storage/store.ts';
import ragPairs from '../kinds/rag-pairs.ts';

const folder = mkdtempSync(join(tmpdir(), 'overread-rag-pairs-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Bright films whose answer is yes for all but the last, which the references call wrongly. */
async function release(): Promise<string> {
  const data = join(folder, 'films');
  await mkdir(data);
  const lines = [];
  for (const at of [0, 1, 2]) {
    const film = { width: 8, height: 8, channels: 1 as const, data: new Uint8Array(64).fill(200 + at) };
    await writeFile(join(data, `${at}.png`), await encodePng(film));
    lines.push(
      JSON.stringify({
        ...{ id: `item-${at}`, question: 'Is it dense?', options: ['yes', 'no'], pictures: [`${at}.png`] },
        ...{ answer: at === 2 ? 'no' : 'yes', split: at === 0 ? 'train' : 'test' },
      }),
    );
  }
  await writeFile(join(data, 'items.jsonl'), lines.join('\n'));
  return data;
}

const retrieve: Experts['retrieve'] = {
  ...{ id: 'says-yes', hash: 'h' },
  retrieve: async () => [{ passage: { id: 'r', text: 'It is dense.', source: 's' }, score: 1 }],
};

describe('the study rag-pairs', () => {
  it('makes records of what references change, and of what was copied onto noise', async () => {
    const data = await release();
    // Believes its references; without them it says no of every film. Looks at nothing.
    const server = await startSimulatedReader({
      seed: '1',
      answer: ({ asked, pictures }) => {
        expect(greyAt(pictures[0], 0, 0)).toBeGreaterThanOrEqual(0);
        return asked.includes('<reference ') ? 'A' : 'B';
      },
    });
    const blobs = memoryBlobs();
    const store = await openStore(join(folder, 'overread.db'));
    const gateway = createGateway({
      allow: [server.url],
      baseUrls: { compatible: server.url },
      blobs,
      store,
    });
    const plugin = ownItems as unknown as PublishedBenchmark;
    const source = await openPublished(plugin, await openData(data), blobs, { seed: '0' });
    const settings = {
      release: { benchmark: 'own-items', mode: source.mode, split: null, columns: {}, seed: '0' },
    };
    const { signal } = new AbortController();
    const read = async (options: Record<string, string>) => {
      const reader = await createReader('mmed-rag@compatible/sim', {
        ...{ gateway, blobs, criteria: 'guideline', experts: { retrieve } },
        options: { domain: 'all', ...options },
      });
      const run = {
        benchmark: source,
        reader,
        store,
        openCase: async () => undefined,
        format: 'mc' as const,
      };
      return (await executeRun({ ...run, seed: '0', settings, progress: silent, signal })).runId;
    };
    const runs = {
      beside: [await read({})],
      alone: [await read({ references: 'none' })],
      noisy: [await read({ picture: 'noise' })],
    };
    const remarks: string[] = [];
    const context = (format: string) => ({
      ...{ store, blobs, gateway, seed: '0', progress: silent, signal, published: () => plugin },
      options: { ...runs, format: [format], pairs: [join(folder, format)] },
      remark: (sentence: string) => remarks.push(sentence),
    });
    try {
      const { result } = await ragPairs.run(context('mmed-rag-dpo'));
      // Items 0 and 1: right beside, wrong alone, right from noise. Item 2: wrong beside, right alone.
      expect(result).toMatchObject({
        questions: 3,
        pairs: { copied: 2, helped: 2, misled: 1 },
        records: 5,
        tested: 2,
      });
      expect(remarks[0]).toMatch(/2 of the items are of the test part/);
      const lines = (await readFile(join(folder, 'mmed-rag-dpo', 'records.jsonl'), 'utf8'))
        .trim()
        .split('\n');
      const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(records.map((record) => record.rejected_noised)).toEqual([1, 0, 1, 0, 0]);
      expect(records[4]).toMatchObject({
        id: 'item-2/misled',
        conversations: [{ from: 'human' }, { from: 'gpt', value: 'B' }],
        rejected_conversations: [{ from: 'human' }, { from: 'gpt', value: 'A' }],
      });
      await readFile(join(folder, 'mmed-rag-dpo', String(records[0].image)));
      await ragPairs.run(context('trl-dpo'));
      await expect(ragPairs.run({ ...context('x'), options: { beside: runs.beside } })).rejects.toThrow(
        /--alone/,
      );
    } finally {
      await gateway.close();
      await store.close();
      await server.close();
    }
  });
});

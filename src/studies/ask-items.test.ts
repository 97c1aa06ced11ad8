// Asking items: measured as the benchmark says, answered from the cache when asked again, purged with whom they show.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReader } from '../agents/create-reader.ts';
import vqaRad from '../benchmarks/published/vqa-rad.ts';
import type { PublishedBenchmark } from '../benchmarks/published.ts';
import { recordOptions } from '../benchmarks/published-source.ts';
import { gatewayFixture } from '../experts/testing/gateway-fixture.ts';
import { openData } from '../records/data-root.ts';
import { memoryBlobs } from '../storage/blobs.ts';
import { askItems, collectRecords, loadItems, type Wording } from './ask-items.ts';

const plugin = vqaRad as unknown as PublishedBenchmark;
const fixture = gatewayFixture();
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ask-items-'));
  await plugin.fixture(folder, { items: 12, seed: 'ask' });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function opened() {
  const blobs = memoryBlobs();
  const store = await fixture.store();
  const options = recordOptions(plugin, { mode: 'open' });
  const records = await collectRecords(plugin, await openData(folder), options);
  const items = await loadItems(records, blobs);
  const replies = new Map(items.map(({ record }) => [record.item.text, plugin.oracle(record, 'open')]));
  const server = await fixture.server({
    answer: ({ question }) => ({ text: replies.get(question.split('\n').at(0) ?? '') ?? 'no idea' }),
  });
  const gateway = fixture.gateway(server, { store, blobs });
  const reader = await createReader('compatible/any', { gateway, blobs, criteria: 'guideline' });
  const ask = (wording?: Wording) =>
    askItems(items, {
      plugin,
      reader,
      mode: 'open',
      protocol: 'strict',
      seed: '1',
      signal: new AbortController().signal,
      ...(wording === undefined ? {} : { wording }),
    });
  return { blobs, store, items, server, ask };
}

describe('items asked in any wording', () => {
  it('come back in order, measured, and are sent for once', async () => {
    const { items, server, ask } = await opened();
    const first = await ask();
    expect(first.map(({ questionId }) => questionId)).toEqual(items.map(({ question }) => question.id));
    expect(server.count()).toBe(12);
    expect(new Set(first.map(({ outcome }) => outcome))).toEqual(new Set(['scored']));
    // The store gathers writes for up to 50 ms.
    await setTimeout(100);
    const again = await ask();
    expect(server.count()).toBe(12);
    expect(again.every(({ cached }) => cached)).toBe(true);
    expect(again.map(({ item }) => item)).toEqual(first.map(({ item }) => item));
    await ask(({ question }) => ({
      question: { ...question, prompt: [{ type: 'text', text: 'Look well.' }, ...(question.prompt ?? [])] },
    }));
    expect(server.count()).toBe(24);
  });

  it('a patient shown as a solved example is purged with replies and pictures of theirs only', async () => {
    const { store, items, server, ask } = await opened();
    const [shown, ...others] = items;
    const pictures = (shown.question.prompt ?? []).flatMap((part) =>
      part.type === 'image' ? [part.hash] : [],
    );
    expect(pictures).toHaveLength(1);
    await ask(({ question }) =>
      question.id === shown.question.id
        ? { question }
        : {
            question: { ...question, prompt: [...(shown.question.prompt ?? []), ...(question.prompt ?? [])] },
            demonstrated: [{ patientId: shown.question.patientId, pictures }],
          },
    );
    expect(server.count()).toBe(12);
    const purged = await store.purgePatient(shown.question.patientId);
    expect(purged.cached).toBe(12);
    expect(purged.blobs).toEqual(pictures);
    expect((await store.purgePatient(others[0].question.patientId)).blobs).toHaveLength(1);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDataAt } from '../../../benchmarks/open-data.ts';
import { publishedPlugin } from '../../../benchmarks/published-plugins.ts';
import { openPublished } from '../../../benchmarks/published-source.ts';
import type { Question } from '../../../domain/question.ts';
import { publishedReports } from '../../../report/published-reports.ts';
import { readingItem, type Study } from '../shapes/room.ts';
import type { StudyResults } from '../shapes/room-results.ts';
import { addPerson, orderOf, readsIn, type TestRoom, testRoom } from './testing.ts';

const vqaRad = publishedPlugin('vqa-rad');
let room: TestRoom;
let folder: string;
let benchmark: string;
const questions = new Map<string, Question>();
const golds = new Map<string, string>();

beforeAll(async () => {
  room = await testRoom({ cases: 1, perCase: 1 });
  folder = await mkdtemp(join(tmpdir(), 'overread-release-'));
  await vqaRad.fixture(folder, { items: 10, seed: '1' });
  const data = await openDataAt(folder, vqaRad.card.files);
  const [mode] = vqaRad.modes;
  const source = await openPublished(vqaRad, data, room.context.blobs, { mode, seed: '0' });
  for await (const question of source.eachQuestion()) questions.set(question.id, question);
  for await (const record of vqaRad.records(data, source.options))
    golds.set(record.item.id, vqaRad.oracle(record, mode));
  const { contentHash, name } = source.manifest;
  // A model has read the release: that is how a workbench comes to know it.
  await room.context.store.saveRun({
    ...{
      id: 'r-model',
      reader: 'some/model',
      benchmark: folder,
      benchmarkHash: contentHash,
      benchmarkName: name,
    },
    ...{ format: 'mc', repeats: 1, seed: '0', status: 'done', planned: questions.size, resent: 0 },
    settings: { release: { benchmark: 'vqa-rad', mode, split: null, columns: {}, seed: '0' } },
    ...{ createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z', version: '0.1.0' },
  });
  benchmark = contentHash.slice(0, 16);
}, 60_000);
afterAll(async () => {
  await room.close();
  await rm(folder, { recursive: true, force: true });
});

test('a released item is read with its own words and pictures, and scored by the benchmark’s own rules', async () => {
  const reader = await addPerson(room, 'Ana');
  const made = await room.owner('/api/room/studies', {
    title: 'Released',
    questions: { benchmark },
    arms: [{ name: 'alone', label: 'Alone' }],
    confidence: 'optional',
    readers: [reader.id],
  });
  expect(made.status, made.text).toBe(200);
  const { progress, id } = made.json as Study;
  const [{ run, planned }] = progress;
  expect(planned).toBe(questions.size);
  const order = await orderOf(room, run);
  for (const [position, questionId] of order.entries()) {
    const at = `/api/reading/${run}/items/${position}`;
    const shown = await reader.call(at);
    const item = readingItem.parse(shown.json);
    const question = questions.get(questionId);
    const hashes = (question?.prompt ?? []).flatMap((part) => (part.type === 'text' ? [] : [part.hash]));
    expect(hashes.length).toBeGreaterThan(0);
    for (const hash of hashes) expect(shown.text).not.toContain(hash);
    expect(item.scan).toBeNull();
    expect(item.parts.flatMap((part) => (part.type === 'image' ? [part.media] : []))).toEqual(
      hashes.map((_, i) => i),
    );
    const picture = await reader.call(`${at}/media/0`);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect((await reader.call(`${at}/media/${hashes.length}`)).status).toBe(404);
    expect((await reader.call(`${at}/scan`)).status).toBe(404);
    const gold = golds.get(questionId) ?? '';
    const said = position % 2 === 0 ? gold : 'something else altogether';
    const answer =
      item.wanted.kind === 'choice'
        ? { kind: 'choice', letter: said === gold ? gold : item.wanted.options[0].letter }
        : { kind: 'text', text: said };
    const kept = await reader.call(`${at}/answer`, { answer });
    expect(kept.status, kept.text).toBe(200);
  }
  expect((await readsIn(room, run)).every(({ transcript }) => (transcript[0].images ?? []).length > 0)).toBe(
    true,
  );
  const [report] = await publishedReports({ store: room.storeUrl, runs: [run], protocols: ['strict'] });
  const results = (await room.owner(`/api/room/studies/${id}/results`)).json as StudyResults;
  expect(report.readers[0].reader).toBe('person/Ana');
  expect(results.readers[0].score).toBe(report.readers[0].overall[0].score);
  expect(results.readers[0].score).toBeGreaterThan(0.3);
  expect(results.readers[0].score).toBeLessThan(0.7);
}, 30_000);

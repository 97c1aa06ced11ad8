import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportOf } from '../../../report/run-reports.ts';
import type { ReadingItem, Study } from '../shapes/room.ts';
import { addPerson, orderOf, readAll, readsIn, type TestRoom, testRoom } from './testing.ts';

let room: TestRoom;
beforeAll(async () => {
  room = await testRoom({ cases: 2, perCase: 40, seed: 21 });
});
afterAll(() => room.close());

test('in free form numbers, yes and no, and words are taken as such and score in full when they are right', async () => {
  const reader = await addPerson(room, 'Ana');
  const made = (
    await room.owner('/api/room/studies', {
      title: 'Free',
      questions: { benchmark: room.benchmark },
      format: 'free',
      arms: [{ name: 'alone', label: 'Alone' }],
      confidence: 'off',
      mayGoBack: true,
      readers: [reader.id],
    })
  ).json as Study;
  const [{ run }] = made.progress;
  const kinds = new Set<string>();
  for (const [position, id] of (await orderOf(room, run)).entries()) {
    const [question, key] = [room.questions.get(id), room.keys.get(id)];
    if (question === undefined || key === undefined) throw new Error('no key');
    const at = `/api/reading/${run}/items/${position}`;
    const { wanted, context } = (await reader.call(at)).json as ReadingItem;
    kinds.add(`${question.answerKind} ${wanted.kind}`);
    expect(context).toBe(question.context ?? null);
    const answer =
      wanted.kind === 'number'
        ? { kind: 'number', value: key.value ?? Number.parseFloat(key.answer) }
        : wanted.kind === 'choice'
          ? { kind: 'choice', letter: key.answer.toLowerCase() }
          : { kind: 'text', text: key.answer };
    const said = await reader.call(`${at}/answer`, { answer });
    expect(said.status, `${wanted.kind} ${said.text}`).toBe(200);
    // What was clicked is shown again as it was clicked.
    expect((await reader.call(at)).json).toMatchObject({ given: { answer } });
    const other = wanted.kind === 'number' ? { kind: 'text', text: '12' } : { kind: 'number', value: 12 };
    expect((await reader.call(`${at}/answer`, { answer: other })).status).toBe(400);
  }
  expect([...kinds].sort()).toEqual(['binary choice', 'categorical text', 'numeric number']);
  for (const protocol of ['strict', 'published'] as const) {
    const report = await reportOf({ store: room.storeUrl, runs: [run], protocol });
    expect(report.readers[0].overall.unparsed).toBe(0);
    // Released scoring reads the key's rounded words, so that a number may be a hair off.
    expect(report.readers[0].overall.score).toBeGreaterThan(protocol === 'strict' ? 0.999 : 0.95);
  }
});

test('an aided arm shows what the run said, its words only where the study wants them, and no other arm does', async () => {
  const [model, reader] = [await addPerson(room, 'Model'), await addPerson(room, 'Ben')];
  const base = { questions: { benchmark: room.benchmark, limit: 2 }, confidence: 'off' };
  const first = (
    await room.owner('/api/room/studies', {
      ...base,
      title: 'The aid',
      arms: [{ name: 'alone', label: 'Alone' }],
      readers: [model.id],
    })
  ).json as Study;
  const aid = first.progress[0].run;
  await readAll(room, model.call, aid, () => true, 1);
  const arms = [
    { name: 'alone', label: 'Alone' },
    { name: 'aided', label: 'Aided', aid: { kind: 'run', run: aid } },
    { name: 'words', label: 'Aided with words', aid: { kind: 'run', run: aid, words: true }, scan: 'none' },
  ];
  const made = await room.owner('/api/room/studies', { ...base, title: 'Aided', arms, readers: [reader.id] });
  const { progress } = made.json as Study;
  const said = new Map((await readsIn(room, aid)).map((read) => [read.questionId, read.raw]));
  for (const [i, { run }] of progress.entries()) {
    const [id] = await orderOf(room, run);
    const item = (await reader.call(`/api/reading/${run}/items/0`)).json as ReadingItem;
    const letter = said.get(id) ?? '';
    const text = room.questions.get(id)?.options.find((option) => option.letter === letter)?.text;
    expect(item.aid).toEqual(
      i === 0 ? null : { answer: `${letter}: ${text}`, confidence: null, words: i === 1 ? null : letter },
    );
    expect(item.scan).toBe(i === 2 ? null : 'volume');
    if (i === 2) expect((await reader.call(`/api/reading/${run}/items/0/scan`)).status).toBe(404);
    await readAll(room, reader.call, run, () => false, 1);
  }
  const records = await Promise.all(progress.map(({ run }) => room.context.store.run(run)));
  expect(records.map((record) => (record?.settings.person as { aid?: string }).aid)).toEqual([
    undefined,
    aid,
    aid,
  ]);
  const foreign = [{ name: 'a', label: 'A', aid: { kind: 'run', run: 'r-nothing' } }];
  expect((await room.owner('/api/room/studies', { ...base, title: 'No', arms: foreign })).status).toBe(400);
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnswerReceipt, ReadingItem, Study, Worklists } from '../shapes/room.ts';
import { readingItem, study as studyShape, worklist, worklists } from '../shapes/room.ts';
import { addPerson, answerTo, orderOf, readAll, readsIn, type TestRoom, testRoom } from './testing.ts';

let room: TestRoom;
beforeAll(async () => {
  room = await testRoom();
});
afterAll(() => room.close());

const DAY = 86_400;

async function newStudy(plan: Record<string, unknown>): Promise<Study> {
  const { status, json, text } = await room.owner('/api/room/studies', {
    title: 'A study',
    questions: { benchmark: room.benchmark },
    arms: [{ name: 'alone', label: 'Without help' }],
    ...plan,
  });
  if (status !== 200) throw new Error(text);
  return studyShape.parse(json);
}

describe('people', () => {
  test('a token is shown once, kept as a hash, replaced at will and worth nothing once withdrawn', async () => {
    const ana = await addPerson(room, 'Ana Núñez');
    expect(ana.link).toBe(`http://localhost/?token=${ana.token}`);
    expect((await ana.call('/api/me')).json).toMatchObject({ role: 'reader', name: 'Ana Núñez' });
    const kept = JSON.stringify(await room.context.store.documents('room-person'));
    expect(kept).not.toContain(ana.token);
    expect((await room.owner('/api/room/people')).text).not.toContain(ana.token);
    const renewed = (await room.owner(`/api/room/people/${ana.id}/token`, {})).json as { token: string };
    expect((await ana.call('/api/me')).status).toBe(401);
    const again = room.as(renewed.token);
    expect((await again('/api/me')).status).toBe(200);
    await room.owner(`/api/room/people/${ana.id}/withdraw`, {});
    expect((await again('/api/me')).status).toBe(401);
  });

  test('two people cannot stand in reports under one name', async () => {
    await addPerson(room, 'Bo Li');
    expect((await room.owner('/api/room/people', { name: 'bo-li', role: 'reader' })).status).toBe(400);
    expect((await room.owner('/api/room/people', { name: '<b>', role: 'reader' })).status).toBe(400);
  });
});

describe('reading', () => {
  test('a person reads their own order to its end, and each answer is a read like any other', async () => {
    const reader = await addPerson(room, 'Carl');
    const made = await newStudy({ readers: [reader.id] });
    const list = worklists.parse((await reader.call('/api/reading/worklists')).json);
    const [{ id: run }] = (list satisfies Worklists).worklists;
    expect(list.worklists).toHaveLength(1);
    expect(list.worklists[0]).toMatchObject({ state: 'open', next: 0, arm: null, planned: 12, answered: 0 });

    const order = await orderOf(room, run);
    expect(new Set(order)).toEqual(new Set(room.questions.keys()));
    const cases = order.map((id) => room.questions.get(id)?.caseId);
    // Questions of one case stand together.
    expect(cases.filter((id, i) => id !== cases[i - 1])).toHaveLength(new Set(cases).size);

    const first = room.questions.get(order[0]);
    if (first === undefined) throw new Error('no question');
    expect((await reader.call(`/api/reading/${run}/items/1`)).status).toBe(403);
    const early = { answer: { kind: 'choice', letter: 'A' }, confidence: 0.5 };
    expect((await reader.call(`/api/reading/${run}/items/0/answer`, early)).status).toBe(400);
    expect((await reader.call(`/api/reading/${run}/items/0/scan`)).status).toBe(403);
    const item = readingItem.parse((await reader.call(`/api/reading/${run}/items/0`)).json);
    expect(item).toMatchObject({ position: 0, scan: 'volume', given: null, open: true, aid: null });
    expect(item.parts).toEqual([{ type: 'text', text: first.text }]);
    expect(await room.context.store.interrupted(run)).toEqual([`${order[0]}#0`]);

    room.pass(30);
    const at = `/api/reading/${run}/items/0/answer`;
    expect((await reader.call(at, { answer: { kind: 'choice', letter: 'Z' }, confidence: 1 })).status).toBe(
      400,
    );
    expect((await reader.call(at, { answer: answerTo(room, first, true) })).status).toBe(400);
    const given = { answer: answerTo(room, first, true), confidence: 0.9, activeMilliseconds: 1e9 };
    const [once, twice] = await Promise.all([reader.call(at, given), reader.call(at, given)]);
    expect([once.status, twice.status]).toEqual([200, 200]);
    expect(once.json).toEqual({
      kept: 'answered',
      answered: 1,
      planned: 12,
      next: 1,
    } satisfies AnswerReceipt);
    expect(twice.json).toEqual(once.json);
    const other = { ...given, confidence: 0.1 };
    expect((await reader.call(at, other)).status).toBe(403);
    expect((await reader.call(`/api/reading/${run}/items/0`)).status).toBe(403);

    const reads = await readsIn(room, run);
    expect(reads).toHaveLength(1);
    expect(reads[0]).toMatchObject({
      status: 'answered',
      milliseconds: 30_000,
      confidence: 0.9,
      questionId: order[0],
    });
    // The page cannot have been looked at for longer than the server saw it open.
    expect(reads[0].toolCalls[0].result).toMatchObject({
      elapsedMilliseconds: 30_000,
      activeMilliseconds: 30_000,
    });
    expect(await room.context.store.interrupted(run)).toEqual([]);
    expect((await room.owner(`/api/room/studies/${made.id}`)).json).toMatchObject({
      progress: [{ run, answered: 1, planned: 12, lockedUntil: null }],
    });
  });

  test('a kill costs no answer, and the clock of an opened question goes on', async () => {
    const reader = await addPerson(room, 'Dora');
    const made = await newStudy({ readers: [reader.id] });
    const { run } = made.progress[0];
    const [, second] = await orderOf(room, run);
    for (const position of [0, 1]) await reader.call(`/api/reading/${run}/items/${position}`);
    const answer = answerTo(room, room.questions.get((await orderOf(room, run))[0]) as never, true);
    await reader.call(`/api/reading/${run}/items/0/answer`, { answer, confidence: 1 });
    await reader.call(`/api/reading/${run}/items/1`);
    await reader.call(`/api/reading/${run}/items/1/time`, { activeMilliseconds: 0 });
    room.pass(40);
    await reader.call(`/api/reading/${run}/items/1/time`, { activeMilliseconds: 12_000 });
    room = await room.again();
    const back = room.as(reader.token);
    const list = (await back('/api/reading/worklists')).json as Worklists;
    expect(list.worklists[0]).toMatchObject({ answered: 1, next: 1 });
    expect(worklist.parse((await back(`/api/reading/${run}`)).json).marks.slice(0, 3)).toBe('do-');
    const item = (await back(`/api/reading/${run}/items/1`)).json as ReadingItem;
    expect(item.activeMilliseconds).toBe(12_000);
    room.pass(20);
    const next = answerTo(room, room.questions.get(second) as never, false);
    await back(`/api/reading/${run}/items/1/answer`, {
      answer: next,
      confidence: 0.4,
      activeMilliseconds: 20_000,
    });
    const [read] = await readsIn(room, run, second);
    expect(read.milliseconds).toBe(60_000);
    expect(read.toolCalls[0].result).toMatchObject({ activeMilliseconds: 20_000 });
  });

  test('a kill right after the last answer leaves nothing unfinished', async () => {
    const reader = await addPerson(room, 'Dan');
    const made = await newStudy({
      questions: { benchmark: room.benchmark, limit: 1 },
      arms: [
        { name: 'one', label: 'One' },
        { name: 'two', label: 'Two' },
      ],
      washoutDays: 7,
      readers: [reader.id],
    });
    const [{ run }] = made.progress;
    await readAll(room, reader.call, run, () => true);
    const last = (await room.context.store.run(run))?.updatedAt ?? '';
    // What is written after the answer itself, as it was before.
    const before = (await room.context.store.document('room-worklist', run)) as object;
    await room.context.store.changeDocument('room-worklist', run, () => ({ ...before, finishedAt: null }));
    await room.context.store.updateRun(run, { status: 'paused', updatedAt: made.createdAt });
    const { worklists: found } = (await reader.call('/api/reading/worklists')).json as Worklists;
    expect(found[1].opensAt).toBe(new Date(Date.parse(last) + 7 * DAY * 1000).toISOString());
    expect(await room.context.store.run(run)).toMatchObject({ status: 'done', updatedAt: last });
  });

  test('where people may go back a change is kept beside what was said before', async () => {
    const reader = await addPerson(room, 'Emil');
    const made = await newStudy({ readers: [reader.id], mayGoBack: true, confidence: 'off', mayPass: false });
    const { run } = made.progress[0];
    const at = `/api/reading/${run}/items/0`;
    await reader.call(at);
    const question = room.questions.get((await orderOf(room, run))[0]) as never;
    const [right, wrong] = [answerTo(room, question, true), answerTo(room, question, false)];
    expect((await reader.call(`${at}/answer`, { answer: { kind: 'pass' } })).status).toBe(400);
    await reader.call(`${at}/answer`, { answer: wrong, confidence: 0.3 });
    room.pass(5);
    expect((await reader.call(at)).json).toMatchObject({
      given: { answer: wrong, confidence: null },
      open: true,
    });
    const changed = await reader.call(`${at}/answer`, { answer: right, note: 'Looked again.' });
    expect(changed.json).toMatchObject({ kept: 'answered', answered: 1, next: 1 });
    const [read] = await readsIn(room, run);
    expect(read.answer).toEqual(right);
    expect(read.toolCalls.map(({ arguments: said }) => said)).toEqual([
      { answer: wrong },
      { answer: right, note: 'Looked again.' },
    ]);
  });

  test('a question that ran out of time counts as failed, whatever comes later', async () => {
    const reader = await addPerson(room, 'Fay');
    const made = await newStudy({ readers: [reader.id], timeLimitSeconds: 60 });
    const { run } = made.progress[0];
    const at = `/api/reading/${run}/items/0`;
    expect((await reader.call(at)).json).toMatchObject({ secondsLeft: 60 });
    expect((await reader.call(`${at}/answer`, { answer: { kind: 'time-over' } })).status).toBe(400);
    room.pass(70);
    expect((await reader.call(at)).json).toMatchObject({ secondsLeft: 0 });
    const answer = answerTo(room, room.questions.get((await orderOf(room, run))[0]) as never, true);
    const late = await reader.call(`${at}/answer`, { answer, confidence: 1 });
    expect(late.json).toMatchObject({ kept: 'too-late', next: 1 });
    const [read] = await readsIn(room, run);
    expect(read).toMatchObject({ status: 'failed', errorCode: 'time-over' });
    await reader.call(`/api/reading/${run}/items/1`);
    expect(
      (await reader.call(`/api/reading/${run}/items/1/answer`, { answer: { kind: 'pass' } })).json,
    ).toMatchObject({
      kept: 'passed',
    });
  });

  test('a later arm opens after the earlier one is done and the washout is over, with its date', async () => {
    const people = await Promise.all(['Gus', 'Hal'].map((name) => addPerson(room, name)));
    const made = await newStudy({
      questions: { benchmark: room.benchmark, limit: 3 },
      arms: [
        { name: 'alone', label: 'Without help' },
        { name: 'flat', label: 'Axial slices only', scan: 'axial', tools: false },
      ],
      washoutDays: 14,
      assignment: 'crossover',
      mayGoBack: true,
      readers: people.map(({ id }) => id),
    });
    // One begins with each arm.
    expect(made.progress.filter(({ turn }) => turn === 1).map(({ arm }) => arm)).toEqual(['alone', 'flat']);
    expect(made.progress.map(({ lockedUntil }) => lockedUntil)).toEqual([
      null,
      'earlier-arm',
      null,
      'earlier-arm',
    ]);
    const [first, second] = made.progress;
    const [{ call }] = people;
    expect((await call(`/api/reading/${second.run}/items/0`)).status).toBe(403);
    await readAll(room, call, first.run, () => true);
    const last = (await room.context.store.run(first.run))?.updatedAt ?? '';
    const opensAt = new Date(Date.parse(last) + 14 * DAY * 1000).toISOString();
    const list = async () => ((await call('/api/reading/worklists')).json as Worklists).worklists;
    expect((await list()).slice(0, 2)).toMatchObject([
      { state: 'done', arm: 'Without help' },
      { state: 'locked', opensAt, arm: 'Axial slices only' },
    ]);
    expect((await room.context.store.run(first.run))?.status).toBe('done');
    room.pass(14 * DAY - 60);
    expect((await call(`/api/reading/${second.run}/items/0`)).status).toBe(403);
    room.pass(120);
    expect((await call(`/api/reading/${second.run}/items/0`)).json).toMatchObject({
      scan: 'axial',
      tools: false,
    });
    // Once the later arm has begun the earlier answers stay.
    const changed = { answer: { kind: 'pass' } };
    expect((await call(`/api/reading/${first.run}/items/0/answer`, changed)).status).toBe(403);
    const scan = (await call(`/api/reading/${second.run}/items/0/scan`)).json as { version: string };
    const slices = `/api/reading/${second.run}/items/0/slices/${scan.version}`;
    expect((await call(`${slices}/axial/0`)).status).toBe(200);
    expect((await call(`${slices}/coronal/0`)).status).toBe(404);
    expect((await room.context.store.run(second.run))?.reader).toBe('person/Gus+flat');
  });

  test('nobody reads what is another person’s, and the owner does not read blind', async () => {
    const [one, two] = await Promise.all(['Ida', 'Jon'].map((name) => addPerson(room, name)));
    const made = await newStudy({ readers: [one.id] });
    const { run } = made.progress[0];
    expect((await two.call(`/api/reading/${run}`)).status).toBe(404);
    expect((await two.call(`/api/reading/${run}/items/0`)).status).toBe(404);
    expect((await room.owner(`/api/reading/${run}/items/0`)).status).toBe(403);
    await room.owner(`/api/room/studies/${made.id}/close`, {});
    expect((await one.call(`/api/reading/${run}/items/0`)).status).toBe(403);
    await room.owner(`/api/room/studies/${made.id}/reopen`, {});
    expect((await one.call(`/api/reading/${run}/items/0`)).status).toBe(200);
  });
});

describe('a choice of questions', () => {
  test('a limit takes whole cases, the same for the same seed', async () => {
    const preview = (questions: Record<string, unknown>) =>
      room.owner('/api/room/preview', { benchmark: room.benchmark, ...questions });
    const whole = (await preview({})).json as { questions: number; stages: Record<string, number> };
    expect(whole.questions).toBe(room.questions.size);
    expect(Object.values(whole.stages).reduce((a, b) => a + b)).toBe(room.questions.size);
    expect((await preview({ limit: 5 })).json).toMatchObject({ questions: 5, cases: 2 });
    const chosen = async (seed: string) =>
      (await newStudy({ questions: { benchmark: room.benchmark, limit: 5, seed } })).id;
    const lists = await Promise.all(
      ['a', 'a', 'b', 'c', 'd'].map(async (seed) => {
        const body = await room.context.store.document('room-study', await chosen(seed));
        return JSON.stringify((body as { questions: string[] }).questions);
      }),
    );
    expect(lists[0]).toBe(lists[1]);
    expect(new Set(lists).size).toBeGreaterThan(1);
  });
});

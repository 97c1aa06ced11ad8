import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random } from '../../../domain/random.ts';
import type { ScoringRow } from '../../../domain/scoring-row.ts';
import { reportOf } from '../../../report/run-reports.ts';
import type { Adjudications, Disagreement, Disagreements, Study } from '../shapes/room.ts';
import { disagreement, disagreements } from '../shapes/room.ts';
import { isSameAnswer } from './panel.ts';
import { addPerson, answerTo, orderOf, readAll, readsIn, type TestRoom, testRoom } from './testing.ts';

let room: TestRoom;
beforeAll(async () => {
  room = await testRoom({ cases: 3, perCase: 4, seed: 11 });
});
afterAll(() => room.close());

async function adjudicated(masks: boolean) {
  const suffix = masks ? ' M' : '';
  const readers = [await addPerson(room, `Ana${suffix}`), await addPerson(room, `Ben${suffix}`)];
  const reviewers = [
    await addPerson(room, `Rita${suffix}`, 'reviewer'),
    await addPerson(room, `Ron${suffix}`, 'reviewer'),
  ];
  const { json, text, status } = await room.owner('/api/room/studies', {
    title: `Two and a third${suffix}`,
    questions: { benchmark: room.benchmark },
    arms: [{ name: 'alone', label: 'Alone' }],
    adjudication: { masks },
    readers: readers.map(({ id }) => id),
    reviewers: reviewers.map(({ id }) => id),
  });
  if (status !== 200) throw new Error(text);
  return { study: json as Study, readers, reviewers };
}

const isRight = (name: string, id: string): boolean => random('panel', name, id).next() < 0.6;

describe('adjudication', () => {
  test('a reviewer who read nothing sees where two differ, without names, and what they decide becomes a run', async () => {
    const { study, readers, reviewers } = await adjudicated(false);
    for (const [i, { run }] of study.progress.entries())
      await readAll(room, readers[i].call, run, ({ id }) => isRight(String(i), id), 1);
    const ids = await orderOf(room, study.progress[0].run);
    const differing = ids.filter((id) => isRight('0', id) !== isRight('1', id));
    const [rita, ron] = reviewers;
    const listed = (await rita.call('/api/adjudication/studies')).json as Adjudications;
    expect(listed.studies).toEqual([
      { id: study.id, title: 'Two and a third', differing: differing.length, decided: 0 },
    ]);
    const list = disagreements.parse((await rita.call(`/api/adjudication/${study.id}`)).json);
    expect(list.items).toHaveLength(differing.length);
    expect(differing.length).toBeGreaterThan(2);

    const at = (item: string) => `/api/adjudication/${study.id}/items/${item}`;
    const [first, second, third] = list.items.map(({ item }) => item);
    const shown = await rita.call(at(first));
    const open = disagreement.parse(shown.json);
    expect(open).toMatchObject({
      mayDecide: true,
      decided: null,
      masks: false,
      scan: 'volume',
      next: second,
    });
    for (const { id } of readers) expect(shown.text).not.toContain(id);
    for (const name of ['Ana', 'Ben']) expect(shown.text).not.toContain(name);
    for (const { run } of study.progress) expect(shown.text).not.toContain(run);
    // The same each time it is looked at.
    expect((await rita.call(at(first))).json).toEqual(shown.json);
    const scan = (await rita.call(`${at(first)}/scan`)).json as { version: string; structures: unknown[] };
    expect(scan.structures).toEqual([]);
    expect((await rita.call(`${at(first)}/slices/${scan.version}/axial/0`)).status).toBe(200);
    expect((await rita.call(`${at(first)}/masks/${scan.version}/axial/0`)).status).toBe(404);

    const decide = (call: TestRoom['owner'], item: string, decision: unknown) =>
      call(`${at(item)}/decision`, { decision, reason: 'Seen on the third slice.' });
    const one = await decide(rita.call, first, { kind: 'one', which: 'B' });
    expect(one.json).toMatchObject({ decided: { decision: { kind: 'one', which: 'B' } } });
    expect((await decide(ron.call, first, { kind: 'unreadable' })).status).toBe(403);
    expect((await decide(rita.call, second, { kind: 'unreadable' })).status).toBe(200);
    const wrong = { kind: 'other', answer: { kind: 'choice', letter: 'Z' } };
    expect((await decide(rita.call, third, wrong)).status).toBe(400);
    const other = { kind: 'other', answer: { kind: 'choice', letter: 'A' } };
    expect((await decide(ron.call, third, other)).status).toBe(200);

    const owned = (await room.owner(`/api/room/studies/${study.id}`)).json as Study;
    expect(owned.adjudication).toMatchObject({ differing: differing.length, decided: 3, why: null });
    const panel = owned.adjudication?.runs[0].run ?? '';
    const reads = await readsIn(room, panel);
    expect(reads).toHaveLength(ids.length - differing.length + 3);
    expect((await room.context.store.run(panel))?.reader).toBe('panel/Two-and-a-third+alone');
    const agreed = ids.filter((id) => isRight('0', id) && isRight('1', id));
    for (const id of agreed)
      expect(reads.find(({ questionId }) => questionId === id)?.answer).toEqual(
        answerTo(room, room.questions.get(id) as never, true),
      );
    const { B } = open;
    expect(reads.map(({ answer }) => answer)).toContainEqual(B.answer);
    expect(reads.filter(({ status }) => status === 'refused')).toHaveLength(1);
    // The panel stands in the report beside the two.
    const runs = [...study.progress.map(({ run }) => run), panel];
    const report = await reportOf({ store: room.storeUrl, runs, protocol: 'strict' });
    expect(report.readers.map(({ reader }) => reader)).toEqual([
      'person/Ana',
      'person/Ben',
      'panel/Two-and-a-third+alone',
    ]);
    const rest = (await ron.call(`/api/adjudication/${study.id}`)).json as Disagreements;
    for (const { item } of rest.items.slice(3)) await decide(ron.call, item, { kind: 'one', which: 'A' });
    expect((await room.context.store.run(panel))?.status).toBe('done');
  });

  test('whoever reads a study never reviews it, and readers are no reviewers', async () => {
    const { study, readers, reviewers } = await adjudicated(true);
    expect((await readers[0].call(`/api/adjudication/${study.id}`)).status).toBe(403);
    const as = (what: string, person: string) =>
      room.owner(`/api/room/studies/${study.id}/${what}`, { person });
    expect((await as('readers', reviewers[0].id)).status).toBe(400);
    expect((await as('reviewers', readers[0].id)).status).toBe(400);
    const outsider = await addPerson(room, 'Olga', 'reviewer');
    expect((await outsider.call(`/api/adjudication/${study.id}`)).status).toBe(404);
    expect((await outsider.call('/api/adjudication/studies')).json).toEqual({ studies: [] });
    // A third reader: exactly two are compared.
    await as('readers', (await addPerson(room, 'Third')).id);
    const owned = (await room.owner(`/api/room/studies/${study.id}`)).json as Study;
    expect(owned.adjudication?.why).toMatch(/exactly two/);
  });

  test('a study may show reviewers the annotated masks, and readers never', async () => {
    const { study, readers, reviewers } = await adjudicatedOnce();
    const [{ call }] = reviewers;
    const list = (await call(`/api/adjudication/${study.id}`)).json as Disagreements;
    const at = `/api/adjudication/${study.id}/items/${list.items[0].item}`;
    expect((await call(at)).json as Disagreement).toMatchObject({ masks: true });
    const scan = (await call(`${at}/scan`)).json as {
      version: string;
      structures: unknown[];
      layers: number;
    };
    expect(scan.structures.length).toBeGreaterThan(0);
    expect((await call(`${at}/masks/${scan.version}/axial/0`)).status).toBe(200);
    const reading = `/api/reading/${study.progress[0].run}/items/1`;
    expect((await readers[0].call(reading)).status).toBe(200);
    expect((await readers[0].call(`${reading}/masks/${scan.version}/axial/0`)).status).toBe(404);
  });

  /** Two readers who differ in the first question that both answered. */
  async function adjudicatedOnce() {
    const found = await adjudicatedNamed();
    const { study, readers } = found;
    const [first, second] = await Promise.all(study.progress.map(({ run }) => orderOf(room, run)));
    const both = first[0];
    for (const [i, { run }] of study.progress.entries()) {
      const order = i === 0 ? first : second;
      for (const [position, id] of order.entries()) {
        const at = `/api/reading/${run}/items/${position}`;
        await readers[i].call(at);
        const answer = answerTo(room, room.questions.get(id) as never, i === 0);
        await readers[i].call(`${at}/answer`, { answer, confidence: 1 });
        if (id === both) break;
      }
    }
    return found;
  }

  async function adjudicatedNamed() {
    const readers = [await addPerson(room, 'Mia'), await addPerson(room, 'Noa')];
    const reviewers = [await addPerson(room, 'Rex', 'reviewer')];
    const { json } = await room.owner('/api/room/studies', {
      title: 'Masks',
      questions: { benchmark: room.benchmark },
      arms: [{ name: 'alone', label: 'Alone' }],
      adjudication: { masks: true },
      readers: readers.map(({ id }) => id),
      reviewers: reviewers.map(({ id }) => id),
    });
    return { study: json as Study, readers, reviewers };
  }
});

test('numbers within the tolerance are one answer, words go by what they say, and none is the same as none', () => {
  const row = (answer: ScoringRow['answer']): ScoringRow =>
    ({ ...(answer === undefined ? {} : { answer }) }) as unknown as ScoringRow;
  const number = (value: number) => row({ kind: 'number', value });
  const exact = { relativeTolerance: 0, absoluteTolerance: 0, masks: false };
  expect(isSameAnswer(number(10), number(10.4), exact)).toBe(false);
  expect(isSameAnswer(number(10), number(10.4), { ...exact, absoluteTolerance: 0.5 })).toBe(true);
  expect(isSameAnswer(number(100), number(109), { ...exact, relativeTolerance: 0.1 })).toBe(true);
  expect(isSameAnswer(number(100), number(112), { ...exact, relativeTolerance: 0.1 })).toBe(false);
  expect(isSameAnswer(row({ kind: 'text', text: 'Yes.' }), row({ kind: 'text', text: 'yes' }), exact)).toBe(
    true,
  );
  expect(isSameAnswer(row({ kind: 'choice', letter: 'A' }), row(undefined), exact)).toBe(false);
  expect(isSameAnswer(row(undefined), row(undefined), exact)).toBe(true);
});

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Question } from '../../../domain/question.ts';
import { random } from '../../../domain/random.ts';
import { reportOf } from '../../../report/run-reports.ts';
import type { Study } from '../shapes/room.ts';
import { type StudyResults, studyResults } from '../shapes/room-results.ts';
import { addPerson, orderOf, readAll, type TestRoom, testRoom } from './testing.ts';

let room: TestRoom;
let study: Study;
let model: string;
const people: { id: string; name: string; call: TestRoom['owner'] }[] = [];
/** Who is right about what: drawn once, so that it can be counted again here. */
const isRight = (name: string, arm: string, question: Question): boolean =>
  random('right', name, arm, question.id).next() < (arm === 'aided' ? 0.85 : 0.55);

beforeAll(async () => {
  room = await testRoom({ cases: 4, perCase: 4, seed: 7 });
  model = await modelRun();
  for (const name of ['Ana', 'Ben', 'Eva']) people.push({ name, ...(await addPerson(room, name)) });
  const { json, text, status } = await room.owner('/api/room/studies', {
    title: 'With and without help',
    questions: { benchmark: room.benchmark, limit: 10 },
    arms: [
      { name: 'alone', label: 'Without help' },
      { name: 'aided', label: 'With help', aid: { kind: 'run', run: model, words: true } },
    ],
    assignment: 'crossover',
    readers: people.map(({ id }) => id),
  });
  if (status !== 200) throw new Error(text);
  study = json as Study;
  for (const { person, arm, run } of study.progress) {
    const reader = people.find(({ id }) => id === person.id);
    // Eva does not come back for her second arm.
    if (reader === undefined || (reader.name === 'Eva' && arm === 'aided')) continue;
    await readAll(room, reader.call, run, (question) => isRight(reader.name, arm, question), 30);
  }
}, 60_000);
afterAll(() => room.close());

/** A model that read the whole benchmark and is right about every second question. */
async function modelRun(): Promise<string> {
  const { store } = room.context;
  const [first] = room.questions.values();
  const manifest = (await room.context.library.list())[0];
  await store.saveRun({
    ...{ id: 'r-model', reader: 'some/model', benchmark: room.folder, benchmarkHash: manifest.contentHash },
    ...{ benchmarkName: manifest.name, format: 'mc', repeats: 1, seed: '0', settings: {}, status: 'done' },
    ...{ planned: room.questions.size, resent: 0, createdAt: '2026-01-01T00:00:00.000Z' },
    ...{ updatedAt: '2026-01-01T00:00:00.000Z', version: '0.1.0' },
  });
  if (first === undefined) throw new Error('no questions');
  let n = 0;
  for (const question of room.questions.values()) {
    const right = room.keys.get(question.id)?.letter ?? 'A';
    const letter =
      n++ % 2 === 0 ? right : (question.options.find((one) => one.letter !== right)?.letter ?? right);
    await store.commit({
      ...{
        runId: 'r-model',
        questionId: question.id,
        caseId: question.caseId,
        patientId: question.patientId,
      },
      ...{ repeat: 0, status: 'answered', answer: { kind: 'choice', letter }, raw: letter },
      ...{ confidence: 0.6, transcript: [], toolCalls: [], maskSources: [], milliseconds: 5, cached: false },
      ...{ requests: 1, at: '2026-01-01T00:00:00.000Z' },
      usage: { inputTokens: 1, outputTokens: 1, reasoningTokens: 0, cachedInputTokens: 0 },
    });
  }
  return 'r-model';
}

const results = async (query = ''): Promise<StudyResults> => {
  const { json, text, status } = await room.owner(`/api/room/studies/${study.id}/results${query}`);
  if (status !== 200) throw new Error(text);
  return studyResults.parse(json);
};

const questionsOf = async (): Promise<Question[]> => {
  const order = await orderOf(room, study.progress[0].run);
  return order.map((id) => room.questions.get(id)).filter((one) => one !== undefined);
};

describe('results of a study', () => {
  test('say of each reader what the report says, with time, and of a model the same questions', async () => {
    const asked = await questionsOf();
    const { readers, notes } = await results('?runs=r-model');
    expect(readers.map(({ name, arm, answered }) => [name, arm, answered])).toEqual([
      ['Ana', 'alone', 10],
      ['Ana', 'aided', 10],
      ['Ben', 'aided', 10],
      ['Ben', 'alone', 10],
      ['Eva', 'alone', 10],
      ['Eva', 'aided', 0],
      ['some/model', null, 10],
    ]);
    for (const { kind, name, arm, run, score, n } of readers.slice(0, 5)) {
      const right = asked.filter((question) => isRight(name, arm ?? '', question)).length;
      expect([kind, n]).toEqual(['person', 10]);
      expect(score).toBeCloseTo(right / 10, 12);
      const report = await reportOf({ store: room.storeUrl, runs: [run, model], protocol: 'strict' });
      expect(report.readers[0].overall.score).toBeCloseTo(right / 10, 12);
    }
    expect(readers[0]).toMatchObject({ medianSeconds: 30, medianActiveSeconds: 15, passed: 0 });
    expect(readers[0].calibration?.n).toBe(10);
    const ids = [...room.questions.keys()];
    const ofModel = asked.filter(({ id }) => ids.indexOf(id) % 2 === 0).length / 10;
    expect(readers[6].score).toBeCloseTo(ofModel, 12);
    expect(notes[0]).toMatch(/^One worklist is not finished/);
  });

  test('compare the arms over those who finished both, and people with a model', async () => {
    const asked = await questionsOf();
    const { comparisons } = await results('?runs=r-model');
    const between = comparisons.find(({ figure, against }) => figure === 'score' && against === 'arm');
    const share = (name: string, arm: string) =>
      asked.filter((question) => isRight(name, arm, question)).length / 10;
    const differences = ['Ana', 'Ben'].map((name) => share(name, 'alone') - share(name, 'aided'));
    expect(between).toMatchObject({ a: 'alone', b: 'aided', readers: 2, questions: 10, why: null });
    expect(between?.difference).toBeCloseTo((differences[0] + differences[1]) / 2, 12);
    // With fixed cases it is a paired t test of the readers.
    const deviation = Math.abs(differences[0] - differences[1]) / Math.SQRT2;
    expect(between?.randomReadersFixedCases?.standardError ?? 0).toBeCloseTo(
      deviation < 1e-12 ? 0 : deviation / Math.SQRT2,
      12,
    );
    const against = comparisons.filter(({ figure, against: what }) => figure === 'score' && what === 'model');
    expect(against.map(({ a, b, readers, why }) => [a, b, readers, why])).toEqual([
      ['alone', 'some/model', 3, null],
      ['aided', 'some/model', 2, null],
    ]);
  });

  test('tell how far people agree', async () => {
    const { agreement } = await results('?runs=r-model');
    expect(agreement.map(({ arm, raters }) => [arm, raters])).toEqual([
      ['alone', ['Ana', 'Ben', 'Eva']],
      ['aided', ['Ana', 'Ben', 'Eva']],
    ]);
    const [alone] = agreement;
    expect(alone.pairs.map(({ a, b }) => `${a}–${b}`)).toEqual([
      'Ana–Ben',
      'Ana–Eva',
      'Ana–some/model',
      'Ben–Eva',
      'Ben–some/model',
      'Eva–some/model',
    ]);
    const asked = await questionsOf();
    const same = asked.filter(
      (question) => isRight('Ana', 'alone', question) === isRight('Ben', 'alone', question),
    ).length;
    expect(alone.pairs[0]).toMatchObject({ units: 10, percent: same / 10 });
    expect(alone.fleiss.units).toBe(10);
    expect(alone.krippendorff.value).not.toBeNull();
    expect(alone.krippendorffNumeric).toMatchObject({ value: null, units: 0 });
  });

  test('stand in the command’s own report beside a model, without a reader being made', async () => {
    const overread = fileURLToPath(new URL('../../../../bin/overread.js', import.meta.url));
    const [{ run }] = study.progress;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [overread, 'report', run, model, '--store', room.storeUrl, '--format', 'json'],
      { maxBuffer: 1 << 26 },
    );
    expect(stdout).toContain('person/Ana+alone');
    expect(stdout).toContain('some/model');
  }, 30_000);

  test('every answer is a line of a table, and nothing in it is a formula', async () => {
    const { text, headers } = await room.owner(`/api/room/studies/${study.id}/readings.csv`);
    expect(headers.get('content-disposition')).toContain('.csv');
    const lines = text.trim().split('\r\n');
    expect(lines).toHaveLength(1 + 50);
    expect(lines[0].split(',').slice(0, 4)).toEqual(['reader', 'arm', 'run', 'position']);
    expect(lines[1]).toMatch(/^Ana,alone,/);
  });

  test('a run of another benchmark and one that does not exist are refused', async () => {
    const at = `/api/room/studies/${study.id}/results`;
    expect((await room.owner(`${at}?runs=r-nothing`)).status).toBe(404);
    expect((await room.owner('/api/room/studies/s-nothing/results')).status).toBe(404);
  });
});

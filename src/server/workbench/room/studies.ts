// Studies: planned by the owner, joined by people, each person and arm a run that stands among the models' runs.
import { randomBytes } from 'node:crypto';
import { OverreadError } from '../../../domain/errors.ts';
import { random } from '../../../domain/random.ts';
import type { RunRecord } from '../../../domain/run.ts';
import { VERSION } from '../../../domain/version.ts';
import { isLadderRun } from '../../../runs/ladder-run.ts';
import { newRunId } from '../../../runs/run-record.ts';
import { benchmarkIdOf } from '../library/library.ts';
import type { StudyPlan } from '../shapes/room.ts';
import { armOrder, chooseQuestions, readingOrder } from './choose.ts';
import { type KeptStudy, newId } from './kept.ts';
import { readerNameOf } from './people.ts';
import { lightQuestions } from './questions.ts';
import { benchmarkOfRun, type Room } from './room.ts';

/** What a run of the reading room keeps in its settings. */
export interface PersonSettings {
  readonly study: string;
  readonly arm: string;
  readonly personId: string;
  /** The run whose answers stood beside the questions. */
  readonly aid?: string;
}

export async function studyOf({ shelves }: Room, id: string): Promise<KeptStudy> {
  const study = await shelves.studies.get(id);
  if (study !== undefined) return study;
  throw new OverreadError(
    'file-not-found',
    'The reading room knows no such study: look at its list of studies.',
  );
}

/** Throws `bad-argument` for a plan that cannot be read, and what opening the benchmark throws. */
export async function createStudy(room: Room, plan: StudyPlan): Promise<KeptStudy> {
  const opened = await room.library.open(plan.questions.benchmark);
  const questions = chooseQuestions(await lightQuestions(opened), plan.questions);
  if (questions.length === 0)
    throw new OverreadError('bad-argument', 'No question passes this choice: widen its filter or its list.');
  for (const { aid } of plan.arms)
    if (aid.kind === 'run') await checkAid(room, aid.run, opened.entry.contentHash);
  for (const person of plan.readers) await room.people.of(person);
  for (const person of plan.reviewers) await checkReviewer(room, person);
  if (plan.reviewers.some((person) => plan.readers.includes(person)))
    throw new OverreadError('bad-argument', 'Nobody reviews a study that they read in: choose other people.');
  const id = newId('s');
  await room.shelves.studies.change(id, () => ({
    id,
    status: 'open',
    createdAt: room.now().toISOString(),
    plan,
    benchmark: { id: opened.entry.id, name: opened.entry.name },
    questions: questions.map((question) => question.id),
    counts: {
      questions: questions.length,
      cases: new Set(questions.map(({ caseId }) => caseId)).size,
      patients: new Set(questions.map(({ patientId }) => patientId)).size,
    },
    readers: [],
    reviewers: [...new Set(plan.reviewers)],
    panel: {},
    secret: randomBytes(24).toString('base64url'),
  }));
  for (const person of new Set(plan.readers)) await enrolReader(room, id, person);
  room.changed();
  return studyOf(room, id);
}

/** A run whose answers are shown must have read the same questions, and nothing of their evidence. */
async function checkAid({ store }: Room, id: string, contentHash: string): Promise<void> {
  const run = await store.run(id);
  if (run === undefined || benchmarkIdOf(run.benchmarkHash) !== benchmarkIdOf(contentHash))
    throw new OverreadError(
      'bad-argument',
      'The run of an aided arm must have read the benchmark of the study.',
    );
  if (isLadderRun(run))
    throw new OverreadError(
      'bad-argument',
      'A ladder run was told gold evidence and cannot aid a reader: choose a plain run.',
    );
}

async function checkReviewer(room: Room, person: string): Promise<void> {
  const { role, withdrawn } = await room.people.of(person);
  if (role === 'reviewer' && !withdrawn) return;
  throw new OverreadError(
    'bad-argument',
    'Only people with the role of a reviewer adjudicate: add one first.',
  );
}

/** Gives a person their runs and orders. Somebody who reads in it already stays as they are. */
export async function enrolReader(room: Room, studyId: string, personId: string): Promise<KeptStudy> {
  return room.oneByOne(`study ${studyId}`, async () => {
    const study = await studyOf(room, studyId);
    if (study.readers.some(({ person }) => person === personId)) return study;
    const person = await room.people.of(personId);
    if (person.withdrawn)
      throw new OverreadError('bad-argument', 'This person was withdrawn: enrol somebody else.');
    if (study.status === 'closed')
      throw new OverreadError('bad-argument', 'The study is closed: open it again before enrolling people.');
    if (study.reviewers.includes(personId))
      throw new OverreadError(
        'bad-argument',
        'This person reviews the study and cannot read in it: choose another.',
      );
    const { plan } = study;
    const opened = await room.library.open(study.benchmark.id);
    const wanted = new Set(study.questions);
    const questions = (await lightQuestions(opened)).filter(({ id }) => wanted.has(id));
    const path = await room.library.placeOf(study.benchmark.id);
    const present = await Promise.all(
      study.readers.map(async (reader) =>
        (await room.people.of(reader.person)).withdrawn ? [] : [reader.arms],
      ),
    );
    const arms = armOrder(
      plan.arms.map(({ name }) => name),
      plan.assignment,
      present.flat(),
    );
    const runs: string[] = [];
    for (const [turn, arm] of arms.entries()) {
      const run = newRunId();
      const aid = plan.arms.find(({ name }) => name === arm)?.aid;
      const own: PersonSettings = {
        study: study.id,
        arm,
        personId,
        ...(aid?.kind === 'run' ? { aid: aid.run } : {}),
      };
      const about = benchmarkOfRun(opened, path);
      await saveRun(room, {
        ...about,
        id: run,
        reader: `${readerNameOf(person.name)}${plan.arms.length > 1 ? `+${arm}` : ''}`,
        format: plan.format,
        seed: plan.questions.seed,
        settings: { ...about.settings, person: own },
        planned: questions.length,
      });
      const order = readingOrder(questions, {
        seed: plan.questions.seed,
        person: personId,
        arm,
        keepCases: plan.keepCases,
      });
      await room.shelves.worklists.change(run, () => ({
        ...{ run, study: study.id, person: personId, arm, turn, order },
        begun: false,
        finishedAt: null,
      }));
      runs.push(run);
    }
    const changed = await room.shelves.studies.change(study.id, (now) => {
      const kept = now ?? study;
      return { ...kept, readers: [...kept.readers, { person: personId, arms, runs }] };
    });
    room.changed(runs[0]);
    return changed;
  });
}

export async function enrolReviewer(room: Room, studyId: string, personId: string): Promise<KeptStudy> {
  const study = await studyOf(room, studyId);
  await checkReviewer(room, personId);
  if (study.readers.some(({ person }) => person === personId))
    throw new OverreadError(
      'bad-argument',
      'This person reads in the study and cannot review it: choose another.',
    );
  const changed = await room.shelves.studies.change(study.id, (now) => {
    const kept = now ?? study;
    return { ...kept, reviewers: [...new Set([...kept.reviewers, personId])] };
  });
  room.changed();
  return changed;
}

export async function setStatus(room: Room, id: string, status: KeptStudy['status']): Promise<KeptStudy> {
  const study = await studyOf(room, id);
  const changed = await room.shelves.studies.change(id, (now) => ({ ...(now ?? study), status }));
  room.changed();
  return changed;
}

/** A run that no engine runs: paused until its last answer is in. */
export async function saveRun(
  { store, now }: Room,
  run: Pick<
    RunRecord,
    | 'id'
    | 'reader'
    | 'benchmark'
    | 'benchmarkHash'
    | 'benchmarkName'
    | 'format'
    | 'seed'
    | 'settings'
    | 'planned'
  >,
): Promise<void> {
  const at = now().toISOString();
  await store.saveRun({
    ...run,
    repeats: 1,
    status: 'paused',
    resent: 0,
    createdAt: at,
    updatedAt: at,
    version: VERSION,
  });
}

/** Which of two is called A: drawn for each item, the same each time it is looked at. */
export const drawnFirst = (secret: string, item: string): boolean =>
  random(secret, 'first', item).next() < 0.5;

// Worklists: one person's questions in one arm, where they stand in them, and from when they may.
import { OverreadError } from '../../../domain/errors.ts';
import type { Question } from '../../../domain/question.ts';
import type { OpenedBenchmark } from '../library/library.ts';
import type { StudyArm, Worklist, WorklistRow } from '../shapes/room.ts';
import { type KeptStudy, type KeptWorklist, openingId } from './kept.ts';
import { benchmarkForReading, type Room } from './room.ts';
import { studyOf } from './studies.ts';

const DAY_MS = 86_400_000;

export interface OpenWorklist {
  readonly kept: KeptWorklist;
  readonly study: KeptStudy;
  readonly arm: StudyArm;
  /** `${questionId}#0` of the answers that are committed. */
  readonly done: ReadonlySet<string>;
  readonly answered: number;
  /** First unanswered position; null when all are answered. */
  readonly next: number | null;
  readonly state: WorklistRow['state'];
  readonly opensAt: string | null;
  /** A later arm has begun: what was answered here stays as it is. */
  readonly settled: boolean;
}

const isDone = (done: ReadonlySet<string>, questionId: string): boolean => done.has(`${questionId}#0`);

/** Their worklist. Throws `file-not-found` for any other, whoever's it is. */
export async function openWorklist(room: Room, run: string, person: string): Promise<OpenWorklist> {
  const kept = await room.shelves.worklists.get(run);
  if (kept === undefined || kept.person !== person)
    throw new OverreadError('file-not-found', 'You have no such worklist: look at your list.');
  const study = await studyOf(room, kept.study);
  return opened(room, study, kept);
}

/** All of a person's, the newest study first, each study's in the order in which they are read. */
export async function worklistsOf(room: Room, person: string): Promise<OpenWorklist[]> {
  const studies = (await room.shelves.studies.list())
    .filter(({ readers }) => readers.some((reader) => reader.person === person))
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  const all: OpenWorklist[] = [];
  for (const study of studies) {
    const reader = study.readers.find((one) => one.person === person);
    for (const run of reader?.runs ?? []) {
      const kept = await room.shelves.worklists.get(run);
      if (kept !== undefined) all.push(await opened(room, study, kept));
    }
  }
  return all;
}

export async function opened(room: Room, study: KeptStudy, kept: KeptWorklist): Promise<OpenWorklist> {
  const arm = study.plan.arms.find(({ name }) => name === kept.arm);
  if (arm === undefined)
    throw new OverreadError('internal', 'A worklist belongs to an arm that its study lacks.');
  const done = new Set((await room.store.done(kept.run)).keys());
  const next = kept.order.findIndex((id) => !isDone(done, id));
  if (next < 0) await settle(room, kept);
  const { locked, opensAt } = await lockOf(room, study, kept);
  const later = await neighbours(room, study, kept, 1);
  return {
    kept,
    study,
    arm,
    done,
    answered: kept.order.filter((id) => isDone(done, id)).length,
    next: next < 0 ? null : next,
    state: study.status === 'closed' ? 'closed' : next < 0 ? 'done' : locked ? 'locked' : 'open',
    opensAt,
    settled: later.some(({ begun }) => begun),
  };
}

/** The same person's worklists before (−1) or after (1) this one. */
async function neighbours(
  room: Room,
  study: KeptStudy,
  { person, turn }: KeptWorklist,
  side: -1 | 1,
): Promise<KeptWorklist[]> {
  const runs = study.readers.find((reader) => reader.person === person)?.runs ?? [];
  const wanted = side < 0 ? runs.slice(0, turn) : runs.slice(turn + 1);
  const all = await Promise.all(wanted.map((run) => room.shelves.worklists.get(run)));
  return all.filter((one) => one !== undefined);
}

/** Washout counts from the last answer of the arm before, so that no case is met again any sooner. */
async function lockOf(
  room: Room,
  study: KeptStudy,
  kept: KeptWorklist,
): Promise<{ locked: boolean; opensAt: string | null }> {
  let opens = 0;
  for (const before of await neighbours(room, study, kept, -1)) {
    const finished = await finishedAt(room, before);
    if (finished === undefined) return { locked: true, opensAt: null };
    opens = Math.max(opens, Date.parse(finished) + study.plan.washoutDays * DAY_MS);
  }
  return opens <= room.now().getTime()
    ? { locked: false, opensAt: null }
    : { locked: true, opensAt: new Date(opens).toISOString() };
}

/** A kill may come between the last answer and the note of it: then the answers themselves say when it was. */
async function finishedAt(room: Room, kept: KeptWorklist): Promise<string | undefined> {
  const done = await room.store.done(kept.run);
  if (kept.order.some((id) => !done.has(`${id}#0`))) return undefined;
  if (kept.finishedAt !== null) return kept.finishedAt;
  let last = '';
  for await (const { at } of room.store.reads(kept.run)) if (at > last) last = at;
  await noteFinished(room, kept, last);
  return last;
}

/** A kill may also come before the run is called done. */
async function settle(room: Room, kept: KeptWorklist): Promise<void> {
  const run = await room.store.run(kept.run);
  if (run === undefined || run.status === 'done') return;
  const updatedAt = (await finishedAt(room, kept)) ?? run.updatedAt;
  await room.store.updateRun(kept.run, { status: 'done', updatedAt });
}

export async function noteFinished(room: Room, kept: KeptWorklist, at: string): Promise<void> {
  await room.shelves.worklists.change(kept.run, (now) => ({ ...(now ?? kept), finishedAt: at }));
}

export function worklistRow({ kept, study, arm, answered, next, state, opensAt }: OpenWorklist): WorklistRow {
  const { plan } = study;
  return {
    id: kept.run,
    title: plan.title,
    arm: plan.arms.length > 1 ? arm.label : null,
    instructions: plan.instructions,
    planned: kept.order.length,
    answered,
    state,
    opensAt,
    next,
    confidence: plan.confidence,
    timeLimitSeconds: plan.timeLimitSeconds ?? null,
    mayGoBack: plan.mayGoBack,
    mayPass: plan.mayPass,
  };
}

export async function worklistWithMarks(room: Room, worklist: OpenWorklist): Promise<Worklist> {
  const { kept, done } = worklist;
  const openings = await room.store.documents('room-opening', `${kept.run}/`);
  const begun = new Set(openings.map(({ id }) => id));
  const marks = kept.order.map((id) =>
    isDone(done, id) ? 'd' : begun.has(openingId(kept.run, id)) ? 'o' : '-',
  );
  return { ...worklistRow(worklist), marks: marks.join('') };
}

export interface OpenItem {
  readonly worklist: OpenWorklist;
  readonly position: number;
  readonly question: Question;
  readonly benchmark: OpenedBenchmark;
  /** The question before it is about the same case. */
  readonly sameCase: boolean;
}

/**
 * The question at a position, where it may be looked at: the first unanswered one, and answered ones where the study
 * lets people go back. Nobody looks ahead. `toAnswer` finds an answered one too: the same answer may come twice.
 * Throws `file-not-found` or `not-allowed`.
 */
export async function openItem(
  room: Room,
  run: string,
  person: string,
  position: number,
  options: { readonly toAnswer?: boolean } = {},
): Promise<OpenItem> {
  const worklist = await openWorklist(room, run, person);
  const { kept, study, next, state } = worklist;
  if (position >= kept.order.length)
    throw new OverreadError(
      'file-not-found',
      'The worklist has no such position: go on at the first unanswered one.',
    );
  if (state === 'closed')
    throw new OverreadError('not-allowed', 'The study is closed: nothing is read any more.');
  if (state === 'locked')
    throw new OverreadError('not-allowed', 'This worklist is not open yet: look at your list for its date.');
  if (next !== null && position > next)
    throw new OverreadError(
      'not-allowed',
      'Questions come one after the other: go on at the first unanswered one.',
    );
  if (position !== next && !study.plan.mayGoBack && options.toAnswer !== true)
    throw new OverreadError(
      'not-allowed',
      'This question is answered, and answers of this study stay as given.',
    );
  const { benchmark, questions } = await benchmarkForReading(room, study);
  const question = questions.get(kept.order[position]);
  if (question === undefined)
    throw new OverreadError(
      'file-not-found',
      'This question is no longer there: ask whoever runs the study.',
    );
  const before = questions.get(kept.order[position - 1] ?? '');
  return { worklist, position, question, benchmark, sameCase: before?.caseId === question.caseId };
}

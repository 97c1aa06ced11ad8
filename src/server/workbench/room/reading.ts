// Reading one question: shown blind, timed by this server, answered durably.
import { OverreadError } from '../../../domain/errors.ts';
import { emptyOutcome, type Read, type ToolCall } from '../../../domain/read.ts';
import type { AnswerReceipt, GivenAnswer, ReadingItem } from '../shapes/room.ts';
import { decisionId, type KeptOpening, type KeptStudy, openingId } from './kept.ts';
import { syncPanel } from './panel.ts';
import { caseOf, type Room } from './room.ts';
import {
  ANSWER_NOTE,
  answerWords,
  givenOf,
  keptAnswer,
  type ShownQuestion,
  shownQuestion,
  wantedOf,
} from './shown.ts';
import { noteFinished, type OpenItem, type OpenWorklist, openItem } from './worklists.ts';

/** An answer may travel so long after the time is over. */
const GRACE_MS = 3000;
/** Answers to one question that are kept; every one is written with the read. */
const MOST_ANSWERS = 100;
/** Longest text of another reader that stands beside a question. */
const AID_WORDS = 20_000;

export function shownIn({ worklist, question, benchmark }: OpenItem): ShownQuestion {
  const { format, materials } = worklist.study.plan;
  return shownQuestion(question, caseOf(benchmark, question), { format, materials });
}

/** @param hasScan whether the case's scan can be looked at here */
export async function readingItem(room: Room, item: OpenItem, hasScan: boolean): Promise<ReadingItem> {
  const { worklist, position, question } = item;
  const { kept, study, arm, next, settled } = worklist;
  const opening = await open(room, item);
  const read = await readOf(room, kept.run, question.id);
  const { parts, context, wanted, patient, materials } = shownIn(item);
  const secondsLeft = secondsLeftOf(room, item, opening);
  const given = read === undefined || read.status === 'failed' ? null : givenOf(read, wanted);
  return {
    position,
    planned: kept.order.length,
    answered: worklist.answered,
    parts,
    context,
    wanted,
    scan: hasScan && arm.scan !== 'none' ? arm.scan : null,
    tools: arm.tools,
    sameScan: item.sameCase,
    patient,
    materials,
    aid: await aidOf(room, item),
    given,
    open: read === undefined ? next === position : study.plan.mayGoBack && !settled && secondsLeft !== 0,
    secondsLeft,
    activeMilliseconds: opening.activeMilliseconds,
  };
}

/** The clock starts at the first look and never again. */
async function open(room: Room, { worklist, question }: OpenItem): Promise<KeptOpening> {
  const { kept, done } = worklist;
  const id = openingId(kept.run, question.id);
  const known = await room.shelves.openings.get(id);
  if (known !== undefined) return known;
  const openedAt = room.now().toISOString();
  if (!kept.begun)
    await room.shelves.worklists.change(kept.run, (now) => ({ ...(now ?? kept), begun: true }));
  if (!done.has(`${question.id}#0`))
    await room.store.begin({ runId: kept.run, questionId: question.id, repeat: 0, at: openedAt });
  return room.shelves.openings.change(
    id,
    (now) => now ?? { openedAt, activeMilliseconds: 0 },
    question.patientId,
  );
}

/** Whether the question was looked at: its pictures are served from then on. */
export async function wasOpened(room: Room, { worklist, question }: OpenItem): Promise<boolean> {
  return (await room.shelves.openings.get(openingId(worklist.kept.run, question.id))) !== undefined;
}

function secondsLeftOf(room: Room, { worklist }: OpenItem, { openedAt }: KeptOpening): number | null {
  const { timeLimitSeconds } = worklist.study.plan;
  if (timeLimitSeconds === undefined) return null;
  const gone = (room.now().getTime() - Date.parse(openedAt)) / 1000;
  return Math.max(0, timeLimitSeconds - gone);
}

async function readOf({ store }: Room, run: string, questionId: string): Promise<Read | undefined> {
  for await (const read of store.reads(run, { questionId })) return read;
  return undefined;
}

async function aidOf(room: Room, { worklist, question }: OpenItem): Promise<ReadingItem['aid']> {
  const { aid } = worklist.arm;
  if (aid.kind === 'none') return null;
  const read = await readOf(room, aid.run, question.id);
  if (read === undefined || read.status !== 'answered') return null;
  return {
    answer: answerWords(question, read.answer),
    confidence: read.confidence ?? null,
    words: aid.words ? read.raw.slice(0, AID_WORDS) : null,
  };
}

/** Adds to the time that the page was looked at; never more than has passed since the question was opened. */
export async function noteActive(room: Room, item: OpenItem, milliseconds: number): Promise<void> {
  const id = openingId(item.worklist.kept.run, item.question.id);
  if ((await room.shelves.openings.get(id)) === undefined) return;
  await room.shelves.openings.change(
    id,
    (now) =>
      withActive(now ?? { openedAt: room.now().toISOString(), activeMilliseconds: 0 }, room, milliseconds),
    item.question.patientId,
  );
}

function withActive(opening: KeptOpening, room: Room, milliseconds: number): KeptOpening {
  const passed = Math.max(0, room.now().getTime() - Date.parse(opening.openedAt));
  const active = Math.min(passed, Math.max(opening.activeMilliseconds, milliseconds));
  return { ...opening, activeMilliseconds: active };
}

/**
 * Takes an answer: committed when this resolves. The same answer again changes nothing. Throws `bad-argument` for an
 * answer that does not fit the question, `not-allowed` for a change that the study does not allow.
 */
export async function takeAnswer(
  room: Room,
  at: { readonly run: string; readonly person: string; readonly position: number },
  given: GivenAnswer,
): Promise<AnswerReceipt> {
  return room.oneByOne(`answers ${at.run}`, async () => {
    const item = await openItem(room, at.run, at.person, at.position, { toAnswer: true });
    const { worklist, question } = item;
    const { run } = worklist.kept;
    const before = await readOf(room, run, question.id);
    if (before !== undefined && isSame(item, before, given)) return receiptOf(worklist, keptAs(before));
    if (before !== undefined) {
      checkChange(worklist);
      if (before.toolCalls.length >= MOST_ANSWERS)
        throw new OverreadError(
          'limit-exceeded',
          `This question was answered ${MOST_ANSWERS} times: the last answer stays as given.`,
        );
      await checkUndecided(room, worklist, question.id);
    }
    const opening = await room.shelves.openings.get(openingId(run, question.id));
    if (opening === undefined)
      throw new OverreadError('bad-argument', 'Open the question before answering it.');
    const active = withActive(opening, room, given.activeMilliseconds ?? 0);
    await room.shelves.openings.change(openingId(run, question.id), () => active, question.patientId);
    const read = newRead(room, item, given, { before, opening: active });
    if (worklist.kept.finishedAt !== null) await noteFinished(room, worklist.kept, read.at);
    await room.store.commit(read);
    const done = new Set(worklist.done).add(`${question.id}#0`);
    const next = worklist.kept.order.findIndex((id) => !done.has(`${id}#0`));
    if (next < 0) {
      await noteFinished(room, worklist.kept, read.at);
      await room.store.updateRun(run, { status: 'done', updatedAt: read.at });
      await panelAfter(room, worklist.study);
    } else if (before === undefined) await room.store.updateRun(run, { updatedAt: read.at });
    room.changed(run);
    const answered = worklist.answered + (before === undefined ? 1 : 0);
    return receiptOf({ ...worklist, answered, next: next < 0 ? null : next }, keptAs(read));
  });
}

/** What two people agree on needs nobody else. The answer itself is kept whatever becomes of this. */
async function panelAfter(room: Room, { id, plan }: KeptStudy): Promise<void> {
  if (plan.adjudication === null) return;
  await room.oneByOne(`panel ${id}`, () => syncPanel(room, id)).catch(room.onProblem);
}

const keptAs = ({ status }: Read): AnswerReceipt['kept'] =>
  status === 'failed' ? 'too-late' : status === 'refused' ? 'passed' : 'answered';

const receiptOf = (
  { answered, kept, next }: Pick<OpenWorklist, 'answered' | 'kept' | 'next'>,
  what: AnswerReceipt['kept'],
): AnswerReceipt => ({ kept: what, answered, planned: kept.order.length, next });

function checkChange({ study, settled }: OpenWorklist): void {
  if (!study.plan.mayGoBack)
    throw new OverreadError(
      'not-allowed',
      'This question is answered, and answers of this study stay as given.',
    );
  if (settled)
    throw new OverreadError(
      'not-allowed',
      'A later worklist has begun: the answers of this one stay as given.',
    );
}

/** What a reviewer has decided between is not changed under them. */
async function checkUndecided(room: Room, { study, arm }: OpenWorklist, questionId: string): Promise<void> {
  if ((await room.shelves.decisions.get(decisionId(study.id, arm.name, questionId))) === undefined) return;
  throw new OverreadError('not-allowed', 'This question has been adjudicated: its answers stay as given.');
}

/** A page may send the same answer twice; a question that ran out of time is over, whatever comes. */
function isSame({ worklist, question }: OpenItem, before: Read, given: GivenAnswer): boolean {
  if (before.status === 'failed') return true;
  const wanted = wantedOf(question, worklist.study.plan.format);
  const kept = givenOf(before, wanted);
  const { answer } = given;
  const confidence = answer.kind === 'pass' ? null : confidenceOf(worklist, given);
  if (kept.confidence !== (confidence ?? null) || kept.note !== (given.note ?? '')) return false;
  if (answer.kind === 'pass' || kept.answer.kind === 'pass') return answer.kind === kept.answer.kind;
  if (answer.kind === 'time-over') return false;
  const usable = keptAnswer(question, wanted, answer);
  return usable !== undefined && JSON.stringify(usable.answer) === JSON.stringify(before.answer);
}

const confidenceOf = ({ study }: OpenWorklist, { confidence }: GivenAnswer): number | undefined =>
  study.plan.confidence === 'off' ? undefined : confidence;

function newRead(
  room: Room,
  item: OpenItem,
  given: GivenAnswer,
  so: { readonly before: Read | undefined; readonly opening: KeptOpening },
): Read {
  const { worklist, question } = item;
  const { plan } = worklist.study;
  const at = room.now();
  const elapsed = Math.max(0, at.getTime() - Date.parse(so.opening.openedAt));
  const limit = plan.timeLimitSeconds === undefined ? undefined : plan.timeLimitSeconds * 1000;
  const outcome = outcomeOf(item, given, { elapsed, limit });
  const earlier = so.before?.toolCalls ?? [];
  const note: ToolCall = {
    step: earlier.length,
    tool: ANSWER_NOTE,
    arguments: {
      answer: given.answer,
      ...(outcome.confidence === undefined ? {} : { confidence: outcome.confidence }),
      ...(given.note === undefined ? {} : { note: given.note }),
    },
    result: {
      openedAt: so.opening.openedAt,
      at: at.toISOString(),
      elapsedMilliseconds: elapsed,
      activeMilliseconds: so.opening.activeMilliseconds,
    },
    milliseconds: elapsed,
  };
  return {
    ...emptyOutcome(),
    ...outcome,
    runId: worklist.kept.run,
    questionId: question.id,
    caseId: question.caseId,
    patientId: question.patientId,
    repeat: 0,
    transcript: [
      { role: 'user', text: asked(item), images: shownIn(item).media.map(({ hash }) => hash) },
      { role: 'assistant', text: outcome.raw },
    ],
    toolCalls: [...earlier, note],
    // Looking at it again does not make the first answer slower.
    milliseconds: so.before?.milliseconds ?? elapsed,
    at: at.toISOString(),
  };
}

type PersonOutcome = Pick<Read, 'status' | 'raw' | 'answer' | 'reason' | 'errorCode' | 'confidence'>;

/** Throws `bad-argument` for an answer that does not fit. */
function outcomeOf(
  { worklist, question }: OpenItem,
  given: GivenAnswer,
  time: { readonly elapsed: number; readonly limit: number | undefined },
): PersonOutcome {
  const { plan } = worklist.study;
  const { answer } = given;
  const { elapsed, limit } = time;
  const isOver = limit !== undefined && elapsed > limit + GRACE_MS;
  if (isOver || (answer.kind === 'time-over' && limit !== undefined && elapsed > limit - GRACE_MS))
    return {
      status: 'failed',
      raw: '',
      reason: 'The time for the question was over before an answer came.',
      errorCode: 'time-over',
    };
  if (answer.kind === 'time-over')
    throw new OverreadError('bad-argument', 'The time for this question is not over yet: answer it.');
  if (answer.kind === 'pass') {
    if (!plan.mayPass)
      throw new OverreadError('bad-argument', 'Questions of this study may not be passed: answer it.');
    return { status: 'refused', raw: '', reason: given.note ?? 'Passed by the reader.' };
  }
  const wanted = wantedOf(question, plan.format);
  const kept = keptAnswer(question, wanted, answer);
  if (kept === undefined)
    throw new OverreadError(
      'bad-argument',
      wanted.kind === 'choice'
        ? 'Answer with one of the options.'
        : wanted.kind === 'number'
          ? 'Answer with a number.'
          : 'Answer with words.',
    );
  const confidence = confidenceOf(worklist, given);
  if (confidence === undefined && plan.confidence === 'required')
    throw new OverreadError('bad-argument', 'Say how sure you are: this study wants it with each answer.');
  return { status: 'answered', ...kept, ...(confidence === undefined ? {} : { confidence }) };
}

/** What stood before the person, in the words of the run's transcript. */
function asked(item: OpenItem): string {
  const { parts, context, wanted } = shownIn(item);
  const lines = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  if (context !== null) lines.push(context);
  if (wanted.kind === 'choice') lines.push(...wanted.options.map(({ letter, text }) => `${letter}: ${text}`));
  return lines.join('\n');
}

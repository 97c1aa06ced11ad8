// Adjudication: where exactly two people differ, a third decides; what comes of it is a run of its own.
import { createHmac } from 'node:crypto';
import { OverreadError } from '../../../domain/errors.ts';
import type { Question } from '../../../domain/question.ts';
import { type Answer, emptyOutcome, type Read } from '../../../domain/read.ts';
import type { ScoringRow } from '../../../domain/scoring-row.ts';
import { newRunId } from '../../../runs/run-record.ts';
import { canonicalLabel } from '../../../scoring/strict/label.ts';
import type { OpenedBenchmark } from '../library/library.ts';
import type { AdjudicationRule, Decision, Disagreement, Study } from '../shapes/room.ts';
import { decisionId, type KeptDecision, type KeptStudy } from './kept.ts';
import { questionsOfStudy } from './questions.ts';
import { benchmarkForReading, benchmarkOfRun, caseOf, type Room } from './room.ts';
import { answerWords, givenOf, keptAnswer, shownQuestion, wantedOf } from './shown.ts';
import { drawnFirst, saveRun } from './studies.ts';

/** Two readers of one question in one arm. */
export interface Pair {
  readonly arm: string;
  readonly question: Question;
  readonly rows: readonly [ScoringRow, ScoringRow];
  readonly runs: readonly [string, string];
}

export interface PanelItem extends Pair {
  /** Opaque. */
  readonly item: string;
  readonly decision: KeptDecision | undefined;
}

/** The two whose answers are compared; undefined where they are not exactly two. */
async function theTwo(room: Room, { readers }: KeptStudy): Promise<KeptStudy['readers'] | undefined> {
  const here: KeptStudy['readers'] = [];
  for (const reader of readers) if (!(await room.people.of(reader.person)).withdrawn) here.push(reader);
  return here.length === 2 ? here : undefined;
}

/** Whether two answers are the same under the study's rule. Two that gave none agree in that. */
export function isSameAnswer(a: ScoringRow, b: ScoringRow, rule: AdjudicationRule): boolean {
  if (a.answer === undefined || b.answer === undefined) return a.answer === b.answer;
  return isSame(a.answer, b.answer, rule);
}

function isSame(
  a: Answer,
  b: Answer,
  rule: Pick<AdjudicationRule, 'relativeTolerance' | 'absoluteTolerance'>,
) {
  if (a.kind === 'number' && b.kind === 'number') {
    const { relativeTolerance, absoluteTolerance } = rule;
    const larger = Math.max(Math.abs(a.value), Math.abs(b.value));
    return Math.abs(a.value - b.value) <= Math.max(absoluteTolerance, relativeTolerance * larger);
  }
  if (a.kind === 'choice' && b.kind === 'choice') return a.letter === b.letter;
  return a.kind === 'text' && b.kind === 'text' && canonicalLabel(a.text) === canonicalLabel(b.text);
}

/** Every question that both have answered, arm by arm. */
async function pairsOf(
  room: Room,
  study: KeptStudy,
  questions: ReadonlyMap<string, Question>,
): Promise<Pair[]> {
  const two = await theTwo(room, study);
  if (two === undefined) return [];
  const pairs: Pair[] = [];
  for (const { name: arm } of study.plan.arms) {
    const runs = two.map(({ arms, runs: own }) => own[arms.indexOf(arm)]);
    const [a, b] = await Promise.all(
      runs.map(
        async (run) => new Map((await room.store.scoringRows(run)).map((row) => [row.questionId, row])),
      ),
    );
    for (const id of study.questions) {
      const [first, second, question] = [a.get(id), b.get(id), questions.get(id)];
      if (first === undefined || second === undefined || question === undefined) continue;
      pairs.push({ arm, question, rows: [first, second], runs: [runs[0], runs[1]] });
    }
  }
  return pairs;
}

const itemId = ({ secret }: KeptStudy, { arm, question }: Pick<Pair, 'arm' | 'question'>): string =>
  createHmac('sha256', secret).update(`item ${arm} ${question.id}`).digest('hex').slice(0, 20);

/** Where the two differ. */
export async function panelItems(
  room: Room,
  study: KeptStudy,
  questions: ReadonlyMap<string, Question>,
): Promise<PanelItem[]> {
  const rule = study.plan.adjudication;
  if (rule === null) return [];
  const decisions = new Map(
    (await room.store.documents('room-decision', `${study.id}/`)).map(({ id, body }) => [
      id,
      body as KeptDecision,
    ]),
  );
  return (await pairsOf(room, study, questions))
    .filter(({ rows: [a, b] }) => !isSameAnswer(a, b, rule))
    .map((pair) => ({
      ...pair,
      item: itemId(study, pair),
      decision: decisions.get(decisionId(study.id, pair.arm, pair.question.id)),
    }));
}

export async function panelState(room: Room, study: KeptStudy): Promise<NonNullable<Study['adjudication']>> {
  const two = await theTwo(room, study);
  const questions =
    two === undefined
      ? new Map()
      : await questionsOfStudy(room, study, await room.library.open(study.benchmark.id));
  const items = await panelItems(room, study, questions);
  return {
    differing: items.length,
    decided: items.filter(({ decision }) => decision !== undefined).length,
    runs: Object.entries(study.panel).map(([arm, run]) => ({ arm, run })),
    why:
      two === undefined
        ? 'Adjudication works between exactly two readers: enrol two, or withdraw those beyond.'
        : study.reviewers.length === 0
          ? 'Nobody reviews this study yet: enrol a person with the role of a reviewer.'
          : null,
  };
}

/** A study that a reviewer may look into. Throws `file-not-found` for any other. */
export async function studyToReview(room: Room, id: string, person: string): Promise<KeptStudy> {
  const study = await room.shelves.studies.get(id);
  if (study !== undefined && maySee(study, person)) return study;
  throw new OverreadError('file-not-found', 'You review no such study: look at your list.');
}

/** Whoever reads in a study never sees what others answered in it. */
export const maySee = ({ plan, readers, reviewers }: KeptStudy, person: string): boolean =>
  plan.adjudication !== null &&
  reviewers.includes(person) &&
  readers.every((reader) => reader.person !== person);

export interface OpenPanelItem {
  readonly study: KeptStudy;
  readonly found: PanelItem;
  readonly items: readonly PanelItem[];
  readonly benchmark: OpenedBenchmark;
}

export async function openPanelItem(
  room: Room,
  at: { readonly study: string; readonly item: string; readonly person: string },
): Promise<OpenPanelItem> {
  const study = await studyToReview(room, at.study, at.person);
  const { benchmark, questions } = await benchmarkForReading(room, study);
  const items = await panelItems(room, study, questions);
  const found = items.find(({ item }) => item === at.item);
  if (found === undefined)
    throw new OverreadError('file-not-found', 'The readers do not differ there: look at the list.');
  return { study, found, items, benchmark };
}

/** @param scan whether the case's scan can be looked at here */
export async function shownDisagreement(
  room: Room,
  { study, found, items, benchmark }: OpenPanelItem,
  person: string,
  scan: boolean,
): Promise<Disagreement> {
  const { plan } = study;
  const { question, runs, item, decision } = found;
  const shown = shownQuestion(question, caseOf(benchmark, question), {
    format: plan.format,
    materials: plan.materials,
  });
  const arm = plan.arms.find(({ name }) => name === found.arm);
  const order = drawnFirst(study.secret, item) ? runs : [runs[1], runs[0]];
  const reads = await Promise.all(order.map((run) => readOf(room, run, question.id)));
  const [A, B] = reads.map((read) => givenOf(read, shown.wanted));
  const later = [...items.slice(items.indexOf(found) + 1), ...items.slice(0, items.indexOf(found))];
  const { parts, context, wanted, patient, materials } = shown;
  return {
    ...{ item, parts, context, wanted, patient, materials, A, B },
    scan: scan && arm?.scan !== 'none' ? (arm?.scan ?? null) : null,
    arm: plan.arms.length > 1 ? (arm?.label ?? null) : null,
    masks: scan && plan.adjudication?.masks === true,
    decided: decision === undefined ? null : shownDecision(decision, order, question, plan.format),
    mayDecide: study.status === 'open' && (decision === undefined || decision.reviewer === person),
    next: later.find((one) => one.decision === undefined)?.item ?? null,
  };
}

function shownDecision(
  { chosen, reason }: KeptDecision,
  order: readonly string[],
  question: Question,
  format: KeptStudy['plan']['format'],
): Decision {
  if (chosen.kind === 'unreadable') return { decision: chosen, reason };
  if (chosen.kind === 'one')
    return { decision: { kind: 'one', which: chosen.run === order[0] ? 'A' : 'B' }, reason };
  const { answer } = chosen;
  const wanted = wantedOf(question, format);
  const clicked = answer.kind === 'text' && wanted.kind === 'choice';
  return {
    decision: { kind: 'other', answer: clicked ? { kind: 'choice', letter: answer.text } : answer },
    reason,
  };
}

async function readOf({ store }: Room, run: string, questionId: string): Promise<Read> {
  for await (const read of store.reads(run, { questionId })) return read;
  throw new OverreadError('file-not-found', 'One of the two answers is no longer there: look at the list.');
}

/** Keeps a decision and what follows from it. The same reviewer may decide anew; nobody else may. */
export async function decide(
  room: Room,
  at: { readonly study: string; readonly item: string; readonly person: string },
  made: Decision,
): Promise<OpenPanelItem> {
  return room.oneByOne(`panel ${at.study}`, async () => {
    const open = await openPanelItem(room, at);
    const { study, found } = open;
    const { arm, question, runs } = found;
    if (study.status === 'closed')
      throw new OverreadError('not-allowed', 'The study is closed: nothing is decided any more.');
    const order = drawnFirst(study.secret, found.item) ? runs : [runs[1], runs[0]];
    const chosen = chosenOf(made.decision, order, question, study.plan.format);
    await room.shelves.decisions.change(
      decisionId(study.id, arm, question.id),
      (now) => {
        if (now !== undefined && now.reviewer !== at.person)
          throw new OverreadError('not-allowed', 'Another reviewer has decided this one: go on to the next.');
        return { reviewer: at.person, chosen, reason: made.reason, at: room.now().toISOString() };
      },
      question.patientId,
    );
    await syncPanel(room, study.id);
    return openPanelItem(room, at);
  });
}

function chosenOf(
  decision: Decision['decision'],
  order: readonly string[],
  question: Question,
  format: KeptStudy['plan']['format'],
): KeptDecision['chosen'] {
  if (decision.kind === 'unreadable') return decision;
  if (decision.kind === 'one') return { kind: 'one', run: order[decision.which === 'A' ? 0 : 1] };
  const kept = keptAnswer(question, wantedOf(question, format), decision.answer);
  if (kept === undefined)
    throw new OverreadError(
      'bad-argument',
      'The other answer does not fit the question: give one that does.',
    );
  return { kind: 'other', answer: kept.answer };
}

/** Writes the consensus as far as it is known into the panel's runs, which are begun when there is something to write. */
export async function syncPanel(room: Room, studyId: string): Promise<void> {
  const study = await room.shelves.studies.get(studyId);
  if (study === undefined || study.plan.adjudication === null) return;
  const benchmark = await room.library.open(study.benchmark.id);
  const questions = await questionsOfStudy(room, study, benchmark);
  const rule = study.plan.adjudication;
  const items = new Map(
    (await panelItems(room, study, questions)).map((item) => [`${item.arm} ${item.question.id}`, item]),
  );
  const byArm = Map.groupBy(await pairsOf(room, study, questions), ({ arm }) => arm);
  for (const [arm, pairs] of byArm) {
    const known = pairs.flatMap((pair) => {
      const item = items.get(`${arm} ${pair.question.id}`);
      if (item === undefined) return [{ pair, said: agreed(pair, rule), by: 'agreed' }];
      return item.decision === undefined
        ? []
        : [{ pair, said: decided(pair, item.decision), by: item.decision.reason }];
    });
    if (known.length === 0) continue;
    const run = study.panel[arm] ?? (await beginPanel(room, study, arm, benchmark));
    const before = new Map((await room.store.scoringRows(run)).map((row) => [row.questionId, row]));
    for (const { pair, said, by } of known) {
      const row = before.get(pair.question.id);
      if (row !== undefined && JSON.stringify(row.answer) === JSON.stringify(said)) continue;
      await room.store.commit(panelRead(room, run, pair, said, by));
    }
    const at = room.now().toISOString();
    const isDone = known.length === study.questions.length;
    await room.store.updateRun(run, { status: isDone ? 'done' : 'paused', updatedAt: at });
    room.changed(run);
  }
}

/** Of two numbers that count as the same: the mean. */
function agreed({ rows: [a, b] }: Pair, rule: AdjudicationRule): Answer | undefined {
  if (a.answer?.kind !== 'number' || b.answer?.kind !== 'number') return a.answer;
  return isSame(a.answer, b.answer, rule) && a.answer.value !== b.answer.value
    ? { ...a.answer, value: (a.answer.value + b.answer.value) / 2 }
    : a.answer;
}

function decided({ rows, runs }: Pair, { chosen }: KeptDecision): Answer | undefined {
  if (chosen.kind === 'other') return chosen.answer;
  if (chosen.kind === 'unreadable') return undefined;
  return rows[chosen.run === runs[0] ? 0 : 1].answer;
}

function panelRead(
  room: Room,
  run: string,
  { question, runs }: Pair,
  answer: Answer | undefined,
  reason: string,
): Read {
  const raw =
    answer === undefined
      ? ''
      : answer.kind === 'choice'
        ? answer.letter
        : answer.kind === 'text'
          ? answer.text
          : String(answer.value);
  return {
    ...emptyOutcome(),
    runId: run,
    questionId: question.id,
    caseId: question.caseId,
    patientId: question.patientId,
    repeat: 0,
    status: answer === undefined ? 'refused' : 'answered',
    ...(answer === undefined ? { reason: 'No answer came of the two readings.' } : { answer }),
    raw,
    transcript: [
      { role: 'user', text: question.text },
      { role: 'assistant', text: answerWords(question, answer) },
    ],
    toolCalls: [{ step: 0, tool: 'room:panel', arguments: { runs }, result: { reason }, milliseconds: 0 }],
    at: room.now().toISOString(),
  };
}

async function beginPanel(
  room: Room,
  study: KeptStudy,
  arm: string,
  benchmark: OpenedBenchmark,
): Promise<string> {
  const run = newRunId();
  const about = benchmarkOfRun(benchmark, await room.library.placeOf(study.benchmark.id));
  await saveRun(room, {
    ...about,
    id: run,
    reader: `panel/${study.plan.title.replace(/[^\p{L}\p{N}._-]+/gu, '-')}+${arm}`,
    format: study.plan.format,
    seed: study.plan.questions.seed,
    settings: { ...about.settings, panel: { study: study.id, arm } },
    planned: study.questions.length,
  });
  await room.shelves.studies.change(study.id, (now) => {
    const kept = now ?? study;
    return { ...kept, panel: { ...kept.panel, [arm]: run } };
  });
  return run;
}

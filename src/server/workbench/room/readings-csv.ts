// Every answer that was given in a study as a table: changed ones too, each with the time it took.
import type { Question } from '../../../domain/question.ts';
import type { Answer, Read, ToolCall } from '../../../domain/read.ts';
import { csvHeaders, csvLine } from '../shapes/csv.ts';
import type { KeptStudy } from './kept.ts';
import { questionsOfStudy } from './questions.ts';
import type { Room } from './room.ts';
import { ANSWER_NOTE, answerWords } from './shown.ts';

const HEADING = [
  'reader',
  'arm',
  'run',
  'position',
  'question',
  'case',
  'patient',
  'type',
  'stage',
  'status',
  'final',
  'answer',
  'answer_words',
  'confidence',
  'note',
  'opened_at',
  'answered_at',
  'seconds',
  'active_seconds',
] as const;

type Row = readonly (string | number | boolean | null | undefined)[];

/** Streams: a study may have as many answers as a store can hold. */
export async function readingsCsv(room: Room, study: KeptStudy): Promise<Response> {
  const questions = await questionsOfStudy(room, study, await room.library.open(study.benchmark.id));
  const rows = readingRows(room, study, questions);
  const encoder = new TextEncoder();
  let begun = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!begun) {
        begun = true;
        controller.enqueue(encoder.encode(`\uFEFF${csvLine(HEADING)}`));
        return;
      }
      const { value, done } = await rows.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(csvLine(value)));
    },
    async cancel() {
      await rows.return(undefined);
    },
  });
  return new Response(body, { headers: csvHeaders(`${study.plan.title} readings`) });
}

async function* readingRows(
  room: Room,
  study: KeptStudy,
  questions: ReadonlyMap<string, Question>,
): AsyncGenerator<Row, void> {
  for (const { person, arms, runs } of study.readers) {
    const { name } = await room.people.of(person);
    for (const [i, run] of runs.entries()) {
      const order = (await room.shelves.worklists.get(run))?.order ?? [];
      const position = new Map(order.map((id, at) => [id, at]));
      for await (const read of room.store.reads(run))
        yield* answersOf(read, { name, arm: arms[i], position: position.get(read.questionId) }, questions);
    }
  }
  for (const [arm, run] of Object.entries(study.panel))
    for await (const read of room.store.reads(run)) yield* panelRow(read, arm, questions);
}

function about(read: Read, questions: ReadonlyMap<string, Question>) {
  const question = questions.get(read.questionId);
  return { question, facts: [read.questionId, read.caseId, read.patientId, question?.type, question?.stage] };
}

function* answersOf(
  read: Read,
  of: { readonly name: string; readonly arm: string; readonly position: number | undefined },
  questions: ReadonlyMap<string, Question>,
): Generator<Row, void> {
  const notes = read.toolCalls.filter(({ tool }) => tool === ANSWER_NOTE);
  const { question, facts } = about(read, questions);
  for (const [at, note] of notes.entries()) {
    const isFinal = at === notes.length - 1;
    const said = saidIn(note);
    const answer = isFinal ? read.answer : said.answer;
    yield [
      ...[of.name, of.arm, read.runId, of.position, ...facts],
      ...[isFinal ? read.status : 'changed', isFinal, plain(answer)],
      question === undefined ? plain(answer) : answerWords(question, answer),
      ...[said.confidence, said.note, said.openedAt, said.at],
      ...[seconds(said.elapsedMilliseconds), seconds(said.activeMilliseconds)],
    ];
  }
}

interface Said {
  readonly answer?: Answer;
  readonly confidence?: number;
  readonly note?: string;
  readonly openedAt?: string;
  readonly at?: string;
  readonly elapsedMilliseconds?: number;
  readonly activeMilliseconds?: number;
}

function saidIn({ arguments: given, result }: ToolCall): Said {
  const { answer, ...rest } = given as Omit<Said, 'answer'> & {
    answer: Answer | { kind: 'pass' | 'time-over' };
  };
  const isAnswer = answer.kind === 'choice' || answer.kind === 'number' || answer.kind === 'text';
  return { ...rest, ...(result as Said), ...(isAnswer ? { answer } : {}) };
}

function* panelRow(read: Read, arm: string, questions: ReadonlyMap<string, Question>): Generator<Row, void> {
  const { question, facts } = about(read, questions);
  const { reason } = (read.toolCalls[0]?.result ?? {}) as { reason?: string };
  yield [
    ...['Panel', arm, read.runId, null, ...facts, read.status, true, plain(read.answer)],
    question === undefined ? plain(read.answer) : answerWords(question, read.answer),
    ...[null, reason, null, read.at, null, null],
  ];
}

function plain(answer: Answer | undefined): string | number {
  if (answer === undefined) return '';
  if (answer.kind === 'number') return answer.value;
  return answer.kind === 'choice' ? answer.letter : answer.text;
}

const seconds = (milliseconds: number | undefined): number | undefined =>
  milliseconds === undefined ? undefined : milliseconds / 1000;

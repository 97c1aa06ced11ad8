// Reads as the rows of a page: marks and wording from memory, answers and costs from the store.
import type { Answer, Read } from '../../../domain/read.ts';
import type { ScoringRow } from '../../../domain/scoring-row.ts';
import type { Store } from '../../../storage/store.ts';
import type { ReadRow } from '../shapes/reads.ts';
import { causeAt, type Marks, outcomeAt, rungAt, stageAt, storedId, typeAt } from './marks.ts';
import { internedAt } from './packed.ts';
import { cut } from './question-table.ts';
import { unscored } from './unscored.ts';

/** Longest answer that a list shows. */
const ANSWER = 160;

/** Rows of some reads, in the order given. A read that was purged since is left out. */
export async function readRows(store: Store, marks: Marks, reads: ArrayLike<number>): Promise<ReadRow[]> {
  const ids = Array.from(reads, (i) => storedId(marks, i));
  const stored = await store.scoringRows(marks.runId, { questionIds: [...new Set(ids)] });
  const byRead = new Map(stored.map((row) => [`${row.questionId}#${row.repeat}`, row]));
  return ids.flatMap((id, at) => {
    const i = reads[at];
    const row = byRead.get(`${id}#${marks.repeat[i]}`);
    return row === undefined ? [] : [rowOf(marks, i, id, row)];
  });
}

function rowOf(marks: Marks, i: number, questionId: string, row: ScoringRow): ReadRow {
  const { table } = marks;
  const question = marks.question[i];
  const stage = stageAt(table, question);
  const cause = causeAt(marks, i);
  const rung = rungAt(marks, i);
  const score = marks.score[i];
  return {
    ...storedPart(row, internedAt(table.options, question)),
    questionId,
    caseId: internedAt(table.cases, question),
    ...(stage === undefined ? {} : { stage }),
    type: typeAt(table, question),
    question: internedAt(table.texts, question),
    outcome: outcomeAt(marks, i),
    score: Number.isNaN(score) ? null : score,
    gold: internedAt(table.golds, question),
    ...(cause === undefined ? {} : { cause }),
    ...(rung === undefined ? {} : { rung }),
  };
}

/** What the store alone says of a read. @param options JSON of the question's options, "" where they are not known */
function storedPart(row: ScoringRow, options = '') {
  const { repeat, patientId, status, confidence, costUsd, milliseconds } = row;
  return {
    ...{ repeat, patientId, status, milliseconds },
    answer: answerWords(row, options),
    ...(confidence === undefined ? {} : { confidence }),
    ...(costUsd === undefined ? {} : { costUsd }),
  };
}

/** Rows of a run whose scoring is not done: as the store has them. */
export async function unscoredRows(
  store: Store,
  runId: string,
  part: { readonly offset: number; readonly limit: number },
): Promise<ReadRow[]> {
  const rows = await store.scoringRows(runId, part);
  return rows.map((row) => ({
    ...storedPart(row),
    questionId: row.questionId,
    caseId: '',
    type: '',
    question: '',
    outcome: unscored(row).outcome,
    score: null,
    gold: '',
  }));
}

/** The answer as one would say it ("B · severe"); where none was parsed, the last words, cut. */
export function answerWords({ answer, raw }: Pick<Read, 'answer' | 'raw'>, options = ''): string {
  if (answer?.kind !== 'choice' || options === '')
    return cut(answer === undefined ? raw.trim() : wordsOfAnswer(answer), ANSWER);
  const text = (JSON.parse(options) as Record<string, string>)[answer.letter];
  return cut(text === undefined ? answer.letter : `${answer.letter} · ${text}`, ANSWER);
}

function wordsOfAnswer(answer: Answer): string {
  if (answer.kind === 'choice') return answer.letter;
  if (answer.kind === 'text') return answer.text;
  return answer.unit === undefined ? String(answer.value) : `${answer.value} ${answer.unit}`;
}

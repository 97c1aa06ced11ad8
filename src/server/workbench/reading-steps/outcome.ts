// What came of a read under a protocol, for its page.
import type { Key, Question } from '../../../domain/question.ts';
import type { Protocol } from '../../../domain/report.ts';
import type { QuestionFormat, RunRecord } from '../../../domain/run.ts';
import { type ScorableRow, scoreRead } from '../../../scoring/score.ts';
import type { WorkbenchContext } from '../context.ts';
import { readAt } from '../scores/filter.ts';
import { outcomeAt } from '../scores/marks.ts';
import { scoresOf } from '../scores/scores.ts';
import { unscored } from '../scores/unscored.ts';
import type { Outcome } from '../shapes/reads.ts';
import type { AskedQuestion } from './read-source.ts';

export interface Came {
  readonly outcome: Outcome;
  /** 0…1; null where it is in no denominator. */
  readonly score: number | null;
}

/** Release scores come from all reads of a run at once: a page does not wait longer for them. */
const PATIENCE_MS = 1500;

/** @param row the read by the id under which the store has it */
export async function cameOf(
  context: WorkbenchContext,
  run: RunRecord,
  row: Pick<ScorableRow, 'status' | 'raw' | 'answer'> & {
    readonly questionId: string;
    readonly repeat: number;
  },
  { question, key, gold }: AskedQuestion,
  protocol: Protocol,
): Promise<Came> {
  if (question === undefined) return unscored(row);
  if (key !== undefined) return keyed(question, key, row, { protocol, format: run.format });
  if (gold === undefined) return unscored(row);
  try {
    const marks = await scoresOf(context).marksWithin(run.id, protocol, PATIENCE_MS);
    const at = marks === undefined ? -1 : readAt(marks, row.questionId, row.repeat);
    if (marks === undefined || at < 0) return unscored(row);
    const score = marks.score[at];
    return { outcome: outcomeAt(marks, at), score: Number.isNaN(score) ? null : score };
  } catch (error) {
    context.onProblem(error);
    return unscored(row);
  }
}

function keyed(
  question: Question,
  key: Key,
  row: ScorableRow,
  options: { readonly protocol: Protocol; readonly format: QuestionFormat },
): Came {
  const { score, outcome } = scoreRead(question, key, row, options);
  if (outcome !== 'scored') return { score, outcome };
  return {
    score,
    outcome: score === null ? 'unscored' : score >= 1 ? 'right' : score <= 0 ? 'wrong' : 'partial',
  };
}

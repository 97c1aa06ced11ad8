// One read scored: 0…1 under a protocol, null where the reader cannot take the question.
import type { Key, Question } from '../domain/question.ts';
import type { Answer } from '../domain/read.ts';
import type { Protocol } from '../domain/report.ts';
import type { QuestionFormat } from '../domain/run.ts';
import type { ScoringRow } from '../domain/scoring-row.ts';
import { parsers } from './parsers/registry.generated.ts';
import { protocols } from './protocols/registry.generated.ts';

export type Outcome = 'scored' | 'unparsed' | 'refused' | 'failed' | 'unsupported';
export interface ScoredRead {
  /** 0…1; null for an unsupported question, which is in no denominator. */
  readonly score: number | null;
  readonly outcome: Outcome;
  /** Relative error of a numeric answer. */
  readonly relativeError?: number;
  readonly answer?: Answer;
}

export type ScorableRow = Pick<ScoringRow, 'status' | 'raw' | 'answer'>;
export type ScorableQuestion = Pick<Question, 'answerKind' | 'options' | 'unit'>;

/** Text of an answer that came without words (a baseline's, a person's click), so that every protocol can parse it. */
export function wordsOf(row: ScorableRow): string {
  if (row.raw.trim() !== '' || row.answer === undefined) return row.raw;
  const { answer } = row;
  if (answer.kind === 'choice') return answer.letter;
  return answer.kind === 'number' ? String(answer.value) : answer.text;
}

/**
 * A read under a protocol. The raw reply is parsed anew, so that one run can be scored by every protocol: the status
 * "unparsed" of a row says only what the run's own parser thought. Failed and unsupported reads keep their status.
 * A refusal scores 0 in `strict`; `published`, which knows none, reads a letter or number into it as released.
 */
export function scoreRead(
  question: ScorableQuestion,
  key: Key,
  row: ScorableRow,
  options: { protocol: Protocol; format: QuestionFormat },
): ScoredRead {
  if (row.status === 'unsupported') return { score: null, outcome: 'unsupported' };
  if (row.status === 'failed') return { score: 0, outcome: 'failed' };
  if (row.status === 'refused' && options.protocol === 'strict') return { score: 0, outcome: 'refused' };
  const parsed = parsers[options.protocol].parse(question, wordsOf(row), options.format);
  if (!parsed.ok)
    return { score: 0, outcome: parsed.refused || row.status === 'refused' ? 'refused' : 'unparsed' };
  const protocol = protocols[options.protocol];
  const score = protocol.score(question, key, parsed.answer, options.format);
  const error =
    options.format === 'free' && question.answerKind === 'numeric'
      ? protocol.relativeError(question, key, parsed.answer)
      : undefined;
  return error === undefined
    ? { score, outcome: 'scored', answer: parsed.answer }
    : { score, outcome: 'scored', answer: parsed.answer, relativeError: error };
}

/** Score of one read in 0…1: unparsed, refused and failed are 0; unsupported is null and leaves the denominator. */
export function scoreAnswer(
  question: ScorableQuestion,
  key: Key,
  row: ScorableRow,
  options: { protocol: Protocol; format: QuestionFormat },
): number | null {
  return scoreRead(question, key, row, options).score;
}

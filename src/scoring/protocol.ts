// What a scoring protocol is: a parsed answer against its key, in 0…1.
import type { Key, Question } from '../domain/question.ts';
import type { Answer } from '../domain/read.ts';
import type { Protocol } from '../domain/report.ts';
import type { QuestionFormat } from '../domain/run.ts';

export interface ScoringProtocol {
  readonly id: Protocol;
  readonly summary: string;
  /** Score in 0…1 of an answer that this protocol's parser made. */
  score(
    question: Pick<Question, 'answerKind' | 'options' | 'unit'>,
    key: Key,
    answer: Answer,
    format: QuestionFormat,
  ): number;
  /** Relative error of a numeric answer, for hit rates; undefined where it has none. */
  relativeError(question: Pick<Question, 'unit'>, key: Key, answer: Answer): number | undefined;
}

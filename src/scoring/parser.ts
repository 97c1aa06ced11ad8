// What an answer parser is: a reply and its question in, an answer or the reason why there is none out.
import type { Question } from '../domain/question.ts';
import type { Answer } from '../domain/read.ts';
import type { QuestionFormat } from '../domain/run.ts';

export type ParsedAnswer =
  | { readonly ok: true; readonly answer: Answer }
  | {
      readonly ok: false;
      readonly reason: string;
      /** The reader says that it cannot or will not answer: a refusal, not an unreadable reply. */
      readonly refused?: true;
    };

/** What a parser may know of a question; never its key. */
export type ParserQuestion = Pick<Question, 'answerKind' | 'options' | 'unit'>;

export interface AnswerParser {
  readonly id: string;
  readonly summary: string;
  /** Never throws, whatever the reply is. */
  parse(question: ParserQuestion, raw: string, format: QuestionFormat): ParsedAnswer;
}

// Replies to answers, by the parser of a protocol.
import type { Protocol } from '../domain/report.ts';
import type { QuestionFormat } from '../domain/run.ts';
import type { ParsedAnswer, ParserQuestion } from './parser.ts';
import { parsers } from './parsers/registry.generated.ts';

export type { AnswerParser, ParsedAnswer, ParserQuestion } from './parser.ts';

/**
 * The answer in a reader's last words, or the reason why there is none (`refused` when it declines to answer).
 * @example parseAnswer(question, 'The answer is (B).', { protocol: 'strict', format: 'mc' })
 */
export function parseAnswer(
  question: ParserQuestion,
  raw: string,
  options: { protocol: Protocol; format: QuestionFormat },
): ParsedAnswer {
  return parsers[options.protocol].parse(question, raw, options.format);
}

// What a run is to ask: which questions and repeats, given what is committed already.
import { OverreadError } from '../domain/errors.ts';
import type { Question } from '../domain/question.ts';
import type { ReadStatus } from '../domain/read.ts';

export interface Selection {
  /** At most this many questions, from the beginning of the benchmark. */
  readonly limit?: number;
  /** Only these question ids. */
  readonly only?: readonly string[];
}

export interface Asked {
  readonly question: Question;
  readonly repeat: number;
  /** Begun before a kill and never committed: its request is sent again. */
  readonly resent: boolean;
}

export interface PlanOptions extends Selection {
  readonly repeats: number;
  /** Status of what is committed, by `${questionId}#${repeat}`. */
  readonly done: ReadonlyMap<string, ReadStatus>;
  /** Begun, never committed. */
  readonly interrupted: ReadonlySet<string>;
  /** Ask again what ended in this status; "all" asks everything selected again. */
  readonly again?: ReadStatus | 'all';
}

export function readKey(questionId: string, repeat: number): string {
  return `${questionId}#${repeat}`;
}

/** The questions of a selection, in benchmark order. Errors: `bad-argument` when `only` names none that exists. */
export async function* selected(
  questions: AsyncIterable<Question>,
  { limit, only }: Selection,
): AsyncIterable<Question> {
  const wanted = only === undefined ? undefined : new Set(only);
  let given = 0;
  if (limit !== undefined && limit <= 0) return;
  for await (const question of questions) {
    if (wanted !== undefined && !wanted.delete(question.id)) continue;
    yield question;
    given++;
    if (given === limit || wanted?.size === 0) break;
  }
  if (wanted !== undefined && wanted.size > 0 && given !== limit)
    throw new OverreadError(
      'bad-argument',
      `The benchmark has no question ${[...wanted].slice(0, 3).join(', ')}: copy the id from questions.jsonl.`,
    );
}

/** What is left to ask, question by question, so that the repeats of a question meet the same open case. */
export async function* leftToAsk(
  questions: AsyncIterable<Question>,
  options: PlanOptions,
): AsyncIterable<Asked> {
  for await (const question of selected(questions, options))
    for (let repeat = 0; repeat < options.repeats; repeat++) {
      const key = readKey(question.id, repeat);
      const status = options.done.get(key);
      const settled = status !== undefined && options.again !== 'all' && status !== options.again;
      if (!settled) yield { question, repeat, resent: options.interrupted.has(key) };
    }
}

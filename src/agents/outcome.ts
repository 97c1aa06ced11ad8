// Outcomes: a reader's last words, through the ordinary strict parser, to a status and an answer.
import { OverreadError } from '../domain/errors.ts';
import { emptyOutcome, type ReadOutcome } from '../domain/read.ts';
import type { ReadTask } from '../domain/reader.ts';
import { parseAnswer } from '../scoring/parse.ts';

/** What a reader spent and did, besides its last words. */
export type Spent = Partial<Omit<ReadOutcome, 'status' | 'raw' | 'answer' | 'reason'>>;

/**
 * The outcome of a read that ended in words. `refused` when the model declined (or `declined` says that the provider
 * filtered it); `unparsed` with the parser's reason when no answer can be read from the words; else `answered`.
 */
export function outcomeOf(
  task: Pick<ReadTask, 'question' | 'format'>,
  raw: string,
  spent: Spent = {},
  declined = false,
): ReadOutcome {
  const base = { ...emptyOutcome(), ...spent, raw };
  if (declined) return { ...base, status: 'refused', reason: 'The provider filtered the reply.' };
  const parsed = parseAnswer(task.question, raw, { protocol: 'strict', format: task.format });
  if (!parsed.ok)
    return { ...base, status: parsed.refused === true ? 'refused' : 'unparsed', reason: parsed.reason };
  return { ...base, status: 'answered', answer: parsed.answer };
}

export function unsupported(reason: string): ReadOutcome {
  return { ...emptyOutcome(), status: 'unsupported', reason };
}

/** Errors that concern the run, not one question: asking on would only repeat them. */
const STOPS_RUN: ReadonlySet<string> = new Set([
  'bad-argument',
  'bad-config',
  'endpoint-not-trusted',
  'credential-missing',
  'dependency-missing',
  'price-unknown',
  'budget-exhausted',
  'store-failed',
  'write-failed',
  'cancelled',
  'benchmark-invalid',
]);

export function stopsRun(error: unknown): boolean {
  return OverreadError.isInstance(error) && STOPS_RUN.has(error.code);
}

/** The outcome of a read that ended in an error; throws it on when it concerns the whole run. */
export function failure(error: unknown, spent: Spent = {}): ReadOutcome {
  if (stopsRun(error)) throw error;
  const known = OverreadError.isInstance(error);
  const refused = known && error.code === 'provider-refused';
  // What the gateway sent before it gave up is spent as well.
  const lost = known && typeof error.details.requests === 'number' ? error.details.requests : 0;
  return {
    ...emptyOutcome(),
    ...spent,
    requests: (spent.requests ?? 0) + lost,
    status: refused ? 'refused' : 'failed',
    reason: known ? error.message : 'The reader failed in a way that it should not: please report it.',
    errorCode: known ? error.code : 'internal',
  };
}

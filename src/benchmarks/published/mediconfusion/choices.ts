// Which option a MediConfusion reply chooses: by its letter, by a judge's ratings, or by log-probabilities.
import { OverreadError } from '../../../domain/errors.ts';
import type { Protocol } from '../../../domain/report.ts';
import type { Judge } from '../../published.ts';
import { choiceOf, type Parsed, parsed, unparsed } from '../../replies.ts';
import { lastObject } from '../../reply-json.ts';
import type { Letter, Reference } from './records.ts';

const LETTERS: readonly Letter[] = ['A', 'B'];

/** The eleven forms in which the release knows a letter, as whole words between spaces. */
const forms = (letter: Letter): readonly string[] => [
  letter,
  `${letter}:`,
  `.${letter}`,
  `.${letter}:`,
  `${letter}.`,
  `${letter}")`,
  `${letter}\n`,
  `\n${letter}`,
  `("${letter}":`,
  `("${letter}")`,
  `("${letter}").`,
];

/** As released: a letter in one of eleven forms, though it be an article; both letters are invalid. */
export function releasedLetter(text: string): Parsed<Letter> {
  const tokens = new Set(text.replaceAll('\n', ' ').split(' '));
  const found = LETTERS.filter((letter) => forms(letter).some((form) => tokens.has(form)));
  if (found.length === 1) return parsed(found[0]);
  return unparsed(found.length === 0 ? 'no letter in a known form' : 'both letters stand in the reply');
}

/** Stated without doubt; what the prompt has begun (`("`) may be ended by the reply (`A")`). */
export function strictLetter(text: string, { options }: Reference): Parsed<Letter> {
  const found = choiceOf(
    text.replace(/^\s*([AB])["”]\s*\)?\.?\s*$/, '$1'),
    LETTERS.map((letter) => ({ letter, text: options[letter] })),
  );
  return found.ok ? parsed(found.value === 'A' ? 'A' : 'B') : found;
}

/** Our own words for the rating that the release asks of its judge, in its form. */
export function judgePrompt({ question, options }: Reference, reply: string): string {
  return [
    `[Question]\n${question}`,
    `[Answer A]\n${options.A}`,
    `[Answer B]\n${options.B}`,
    `[AI Assistant]\n${reply}\n\n[End of AI Assistant]`,
    [
      '[System]',
      'An AI assistant answered the question above about a picture. Rate from 1 to 10 how close its reply is to each',
      'of the two answers; a higher rating means closer. Whether they are right is not asked. Reply in this form:',
      'A: <SCORE>',
      'B: <SCORE>',
      'Your explanation: <EXPLANATION>',
    ].join('\n'),
  ].join('\n\n');
}

/** The lead of one rating over the other from which on it counts as chosen. */
const LEAD = 3;

function ledBy(a: number, b: number): Parsed<Letter> {
  if (a >= b + LEAD) return parsed('A');
  if (b >= a + LEAD) return parsed('B');
  return unparsed('the judge finds the reply about as close to one answer as to the other');
}

/** As released: the first two lines are "A: n" and "B: n". Anything else would have ended the released script. */
export function releasedRatings(reply: string): Parsed<Letter> | undefined {
  const lines = reply.replaceAll('\n\n', '\n').split('\n');
  const numbers = LETTERS.map((letter, at) => (lines[at] ?? '').replace(`${letter}: `, '').trim());
  if (!numbers.every((text) => /^[+-]?\d+$/.test(text))) return undefined;
  return ledBy(Number(numbers[0]), Number(numbers[1]));
}

/** One rating from 1 to 10 for each answer, on lines of their own wherever they stand; undefined for anything else. */
export function strictRatings(reply: string): Parsed<Letter> | undefined {
  const ratings = LETTERS.map((letter) => {
    const said = [
      ...reply.matchAll(new RegExp(`^[\\s*]*${letter}[*]*\\s*:[\\s*]*(\\d+)[*]*\\s*(?:/\\s*10)?\\s*$`, 'gm')),
    ];
    return said.length === 1 ? Number(said[0][1]) : Number.NaN;
  });
  if (!ratings.every((rating) => rating >= 1 && rating <= 10)) return undefined;
  return ledBy(ratings[0], ratings[1]);
}

const STOPS = new Set(['budget-exhausted', 'cancelled', 'endpoint-not-trusted', 'credential-missing']);

/** The judge's choice; undefined when it gave none that can be read. Throws what would fail every other request too. */
export async function judged(
  judge: Judge,
  reference: Reference,
  reply: string,
  read: (text: string) => Parsed<Letter> | undefined,
): Promise<Parsed<Letter> | undefined> {
  try {
    return read(await judge.ask(judgePrompt(reference, reply)));
  } catch (error) {
    if (OverreadError.isInstance(error) && !STOPS.has(error.code)) return undefined;
    throw error;
  }
}

/** What a reader of log-probabilities replies: of the letters (greedy), or of the options' whole texts (prefix). */
const LIKELIHOODS = { greedy: ['A', 'B'], prefix: ['text_A', 'text_B'] } as const;
export type LikelihoodMode = keyof typeof LIKELIHOODS;

/** Log-probabilities as a reply; those of texts are means over their tokens. */
export function likelihoodReply(mode: LikelihoodMode, a: number, b: number): string {
  const [first, second] = LIKELIHOODS[mode];
  return JSON.stringify({ [first]: a, [second]: b });
}

/**
 * The likelier option of {"A": log-probability, "B": …}, or of "text_A" and "text_B". On a tie the release takes A by
 * letters and B by the options' texts; strict takes none.
 */
export function likelier(text: string, mode: LikelihoodMode, protocol: Protocol): Parsed<Letter> {
  const keys = LIKELIHOODS[mode];
  const found = lastObject(text, keys);
  if (!found.ok) return unparsed(`the reader gives no log-probabilities (${keys.join(', ')})`);
  const [a, b] = keys.map((key) => found.value[key]);
  if (typeof a !== 'number' || typeof b !== 'number' || !(a <= 0) || !(b <= 0))
    return unparsed(`what the reader gives for ${keys.join(' and ')} are no log-probabilities`);
  if (a !== b) return parsed(a > b ? 'A' : 'B');
  if (protocol === 'strict') return unparsed('both options are as likely as each other');
  return parsed(mode === 'greedy' ? 'A' : 'B');
}

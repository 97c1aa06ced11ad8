// Words of short answers: as the harness behind most published medical VQA numbers counts them, and as they should be.
import { afterMarker, finalText, plain } from '../scoring/strict/final-text.ts';
import { withoutThinking } from './replies.ts';

/** Marks that the released harness takes away, in its order. */
const MARKS = [...';/[]"{}()=+\\_-><@`,?!'];
const DIGITS: Readonly<Record<string, string>> = {
  none: '0',
  zero: '0',
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
  ten: '10',
};
const ARTICLES = new Set(['a', 'an', 'the']);
/** The released call hands a flag over as the number of replacements, so later full stops stay. */
const PERIODS_REMOVED = 32;

/**
 * A text as LLaVA-Med's evaluator normalizes it (the general VQA evaluator's rules): marks become nothing where any
 * of their kind stands beside a space, else a space; number words become digits; articles go. Its table of
 * contractions is left out: answers hold none.
 */
export function releasedWords(text: string): string {
  const commaNumber = /\d,\d/.test(text);
  let rest = text;
  for (const mark of MARKS) {
    const apart = text.includes(`${mark} `) || text.includes(` ${mark}`) || commaNumber;
    rest = rest.replaceAll(mark, apart ? '' : ' ');
  }
  let removed = 0;
  rest = rest.replace(/\.(?!\d)/g, (dot) => (removed++ < PERIODS_REMOVED ? '' : dot));
  return wordsIn(rest.toLowerCase())
    .map((word) => (Object.hasOwn(DIGITS, word) ? DIGITS[word] : word))
    .filter((word) => !ARTICLES.has(word))
    .join(' ');
}

function wordsIn(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

export interface WordScores {
  /** Released: reference words found over reply words, a precision. Strict: 1 or 0. */
  readonly exact: number;
  readonly f1: number;
  readonly recall: number;
}

function counts(words: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const word of words) found.set(word, (found.get(word) ?? 0) + 1);
  return found;
}

/** LLaVA-Med's open scores: a word found counts as often as the reply says it, one missed as often as it is wanted. */
export function releasedScores(reply: string, reference: string): WordScores {
  const said = counts(wordsIn(releasedWords(reply.toLowerCase())));
  const wanted = counts(wordsIn(releasedWords(reference.toLowerCase())));
  const total = [...said.values()].reduce((sum, n) => sum + n, 0);
  if (total === 0 || wanted.size === 0) return { exact: 0, f1: 0, recall: 0 };
  let found = 0;
  let matched = 0;
  let missed = 0;
  for (const [word, n] of wanted) {
    const times = said.get(word);
    if (times === undefined) missed += n;
    else {
      found++;
      matched += times;
    }
  }
  if (matched === 0) return { exact: 0, f1: 0, recall: 0 };
  const precision = matched / total;
  const recall = matched / (matched + missed);
  return { exact: found / total, f1: (2 * precision * recall) / (precision + recall), recall };
}

const LEAD =
  /^(?:(?:the )?answer (?:is |would be )?|(?:it|this|that|these|they) (?:is|are|was|shows?) |答案是?)/u;

/** The statement of a reply in one form: reasoning, lead-ins, articles, case and punctuation gone. */
export function statedWords(reply: string): string {
  const final = finalText(withoutThinking(reply));
  if (!final.ok) return '';
  const words = plain(afterMarker(final.text) ?? final.text);
  return words
    .replace(LEAD, '')
    .split(' ')
    .filter((word) => !ARTICLES.has(word))
    .join(' ');
}

/** Words as tokens; Han script, which writes no spaces, character by character. */
function tokens(words: string): string[] {
  return [...words.matchAll(/\p{Script=Han}|[^\s\p{Script=Han}]+/gu)].map(([token]) => token);
}

/** Exact match, and multiset overlap of words. */
export function strictScores(reply: string, reference: string): WordScores {
  const stated = statedWords(reply);
  const wanted = statedWords(reference);
  const said = counts(tokens(stated));
  const want = tokens(wanted);
  let common = 0;
  for (const [word, n] of counts(want)) common += Math.min(n, said.get(word) ?? 0);
  const total = tokens(stated).length;
  if (common === 0) return { exact: 0, f1: 0, recall: 0 };
  const recall = common / want.length;
  const precision = common / total;
  return {
    exact: stated === wanted ? 1 : 0,
    f1: (2 * precision * recall) / (precision + recall),
    recall,
  };
}

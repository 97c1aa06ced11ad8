// A judge without a model: SURE-VQA's scores of questions whose answer is one of two things, both or neither.

/** What an answer names of two options. */
export type Named = 'first' | 'second' | 'both' | 'none';
export const NAMED: readonly Named[] = ['first', 'second', 'both', 'none'];

/**
 * The published matrix: equal 1; one for the other 0; both for neither 0; one of the two where both or neither is right,
 * and the other way round, 0.5.
 */
export function multilabelScore(said: Named, wanted: Named): 0 | 0.5 | 1 {
  if (said === wanted) return 1;
  const isOne = (named: Named) => named === 'first' || named === 'second';
  return isOne(said) !== isOne(wanted) ? 0.5 : 0;
}

const plain = (text: string): string =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();

/** Whether whole words of `text` are `words`. */
const holds = (text: string, words: string): boolean => words !== '' && ` ${text} `.includes(` ${words} `);

/**
 * What an answer names of the two options; undefined where it names none of them and does not say that it is neither, so
 * that it can be counted as unread.
 */
export function namedIn(answer: string, [first, second]: readonly [string, string]): Named | undefined {
  const text = plain(answer);
  const [one, two] = [holds(text, plain(first)), holds(text, plain(second))];
  if (/^(?:none|neither|no|nothing)\b|\bneither\b|\bnone of\b/.test(text)) return 'none';
  if (/^both\b|\bboth of\b/.test(text) || (one && two)) return 'both';
  if (one === two) return undefined;
  return one ? 'first' : 'second';
}

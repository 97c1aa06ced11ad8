// Yes and no in the two languages of medical VQA sets, and in replies to their questions.
import { afterMarker, finalText, plain } from '../scoring/strict/final-text.ts';
import { type Parsed, parsed, unparsed, withoutThinking, yesOrNo } from './replies.ts';

export type Polarity = 'yes' | 'no';

/** Chinese answers yes and no with the question's own verb: each pair is one verb and its negation. */
const PAIRS: readonly (readonly [yes: string, no: string])[] = [
  ['包含', '不包含'],
  ['包括', '不包括'],
  ['存在', '不存在'],
  ['可以', '不可以'],
  ['有', '没有'],
  ['能', '不能'],
  ['会', '不会'],
  ['是的', '不是'],
  ['是', '否'],
  ['对', '不对'],
];
const YES = new Set(PAIRS.map(([yes]) => yes));
const NO = new Set([...PAIRS.map(([, no]) => no), '无', '没', '不']);
const longestFirst = (words: ReadonlySet<string>) => [...words].sort((a, b) => b.length - a.length);
const OPENINGS: readonly (readonly [word: string, polarity: Polarity])[] = [
  ...longestFirst(NO).map((word) => [word, 'no'] as const),
  ...longestFirst(YES).map((word) => [word, 'yes'] as const),
];

/** The polarity of a reference answer that is nothing but yes or no; undefined for any other. */
export function polarityOf(answer: string): Polarity | undefined {
  const words = plain(answer);
  if (words === 'yes' || YES.has(words)) return 'yes';
  if (words === 'no' || NO.has(words)) return 'no';
  return undefined;
}

/** Yes or no from a reply in English or Chinese. A Chinese sentence is read by its opening, else by the question's verb. */
export function readPolarity(reply: string, question: string): Parsed<Polarity> {
  if (!/\p{Script=Han}/u.test(reply)) return yesOrNo(reply);
  const final = finalText(withoutThinking(reply));
  if (!final.ok) return unparsed(final.reason);
  const words = plain(afterMarker(final.text) ?? final.text).replace(/^答案(?:是|为)?\s*/u, '');
  // "是肺" says what it is; a bare copula is no answer unless the sentence ends or pauses there.
  for (const [word, polarity] of OPENINGS) {
    if (!words.startsWith(word)) continue;
    const rest = words.slice(word.length);
    if (rest === '' || rest.startsWith(' ') || word.length > 1) return parsed(polarity);
  }
  for (const [yes, no] of PAIRS) {
    if (!question.includes(yes)) continue;
    if (words.includes(no)) return parsed('no');
    if (words.includes(yes)) return parsed('yes');
  }
  return /^(yes|no)\b/.test(words) ? yesOrNo(words) : unparsed('neither yes nor no is stated');
}

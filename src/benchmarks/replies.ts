// Reading replies as published evaluators do: letters, numbers, yes and no, boxed answers. For JSON see reply-json.ts.
import type { Option } from '../domain/question.ts';
import { strip } from '../scoring/published/python-text.ts';
import { parseChoice } from '../scoring/strict/choice.ts';
import { plain } from '../scoring/strict/final-text.ts';
import { parseYesNo } from '../scoring/strict/label.ts';

/** A value, or why there is none. Parsers never throw, whatever the reply is. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string; readonly refused?: true };

export const parsed = <T>(value: T): Parsed<T> => ({ ok: true, value });
export const unparsed = (reason: string): Parsed<never> => ({ ok: false, reason });

/** Opening and closing marks of reasoning that models put before their answer. */
const THINKING: readonly (readonly [open: string, close: string])[] = [
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['<thought>', '</thought>'],
  ['<reasoning>', '</reasoning>'],
  ['<unused94>', '<unused95>'],
  ['◁think▷', '◁/think▷'],
  ['[THINK]', '[/THINK]'],
  ['<|begin_of_thought|>', '<|end_of_thought|>'],
];

/**
 * What stands after a reply's reasoning. A closing mark ends reasoning even where no mark opened it (some servers
 * send only that one); an open one whose end never comes leaves what stood before it.
 */
export function withoutThinking(text: string): string {
  let rest = text;
  for (const [open, close] of THINKING) {
    const lower = rest.toLowerCase();
    const end = lower.lastIndexOf(close.toLowerCase());
    if (end >= 0) rest = rest.slice(end + close.length);
    const start = rest.toLowerCase().indexOf(open.toLowerCase());
    if (start >= 0) rest = rest.slice(0, start);
  }
  return strip(rest);
}

/** The option that a reply states without doubt: strict protocols read letters this way. */
export function choiceOf(text: string, options: readonly Option[]): Parsed<string> {
  const choice = parseChoice(withoutThinking(text), options);
  if (choice.ok) return parsed(choice.letter);
  const { reason, refused } = choice;
  return { ok: false, reason, ...(refused === undefined ? {} : { refused }) };
}

/** "yes" or "no", stated without doubt. */
export function yesOrNo(text: string): Parsed<'yes' | 'no'> {
  const label = parseYesNo(withoutThinking(text));
  if (!label.ok) return { ok: false, reason: label.reason };
  return parsed(label.text === 'yes' ? 'yes' : 'no');
}

/** Every "yes" and "no" of a reply as whole words, in order: how judges' lists are read. */
export function yesNoWords(text: string): ('yes' | 'no')[] {
  return [...text.matchAll(/\b(yes|no)\b/gi)].map(([word]) => (word.toLowerCase() === 'yes' ? 'yes' : 'no'));
}

/** A reply whose first character is one of the letters. */
export function firstLetter(text: string, letters: readonly string[]): Parsed<string> {
  const first = strip(text).slice(0, 1);
  return letters.includes(first) ? parsed(first) : unparsed('the reply does not begin with an option letter');
}

/**
 * The letter rule of VLMEvalKit: punctuation becomes space, and exactly one of the letters stands among the words, not
 * more than `near` (default 5) words from the end. A single A is taken even where it is an article.
 */
export function tokenLetter(
  text: string,
  letters: readonly string[],
  { near = 5 }: { readonly near?: number } = {},
): Parsed<string> {
  const words = text.replace(/[.()[\],:;!*#{}]/g, ' ').split(/\s+/);
  const tokens = words.filter((word) => word !== '');
  const found = letters.filter((letter) => tokens.includes(letter));
  if (found.length === 0) return unparsed('no option letter stands by itself');
  if (found.length > 1) return unparsed('several option letters stand in the reply');
  return tokens.indexOf(found[0]) > tokens.length - near
    ? parsed(found[0])
    : unparsed('the option letter stands too far from the end');
}

/** The option whose text, and no other's, stands in the reply in any case: VLMEvalKit's second try. */
export function containedOption(text: string, options: readonly Option[]): Parsed<string> {
  const lower = text.toLowerCase();
  const found = options.filter((option) => option.text !== '' && lower.includes(option.text.toLowerCase()));
  if (found.length === 1) return parsed(found[0].letter);
  return unparsed(found.length === 0 ? 'no option is named' : 'the texts of several options are named');
}

/** The option whose text is the whole reply, case and punctuation aside. */
export function optionOfText(text: string, options: readonly Option[]): Parsed<string> {
  const words = plain(withoutThinking(text));
  const found = options.filter((option) => words !== '' && plain(option.text) === words);
  return found.length === 1 ? parsed(found[0].letter) : unparsed('the reply is no option’s text');
}

/** The first letter that stands in parentheses, before a bracket or colon, or by itself: "(B)", "B)", "B:", "B". */
export function loneLetter(text: string, letters: readonly string[]): Parsed<string> {
  const one = `[${letters.join('')}]`;
  const found = new RegExp(`(?<![\\p{L}\\p{N}])(${one})(?![\\p{L}\\p{N}'’])`, 'u').exec(text);
  return found === null ? unparsed('no option letter stands by itself') : parsed(found[1]);
}

/**
 * A set of letters, sorted: "AB", "A, C", "A and C", "(B) (D)", '["A", "C"]', "Answer: BD". Letters only count where the
 * statement holds nothing else; a sentence with an article is no set.
 */
export function letterSet(text: string, letters: readonly string[]): Parsed<readonly string[]> {
  const rest = withoutThinking(text);
  const stated = [
    ...rest.matchAll(/(?:\banswers?\b\s*(?:is|are|:|=)*|\\boxed\s*\{(?:\\text\s*\{)?)\s*([^\n}]*)/gi),
  ];
  const lines = rest.split('\n').filter((line) => line.trim() !== '');
  const places = [
    ...stated.map((match) => match[1]).reverse(),
    rest,
    ...lines.slice(-1),
    ...lines.slice(0, 1),
  ];
  for (const place of places) {
    const bare = place
      .replace(/\b(?:and|options?)\b/gi, ' ')
      .replace(/[\s,;&/+().[\]{}"'*_`$:]+/g, ' ')
      .trim();
    if (!/^(?:[A-Z](?: |$))+$|^[A-Z]+$/.test(bare)) continue;
    const found = [...new Set(bare.replaceAll(' ', ''))].sort();
    const strange = found.find((letter) => !letters.includes(letter));
    if (strange !== undefined) return unparsed(`${strange} is not one of the options`);
    return parsed(found);
  }
  return unparsed('no set of option letters is stated');
}

const NUMBER =
  /(?<![\p{L}\p{N}_.])[-+\u2212]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?/gu;

/** Every number of a text in order; a minus sign counts, thousands separators are read over. */
export function numbersIn(text: string): number[] {
  return [...text.matchAll(NUMBER)].map(([word]) => Number(word.replaceAll(',', '').replace('\u2212', '-')));
}

/** The last `k` numbers of a reply, in order. */
export function lastNumbers(text: string, k: number): Parsed<readonly number[]> {
  const found = numbersIn(withoutThinking(text));
  if (found.length < k) return unparsed(`${found.length} numbers where ${k} are wanted`);
  return parsed(found.slice(found.length - k));
}

/** What the last \boxed{…} holds, braces inside it matched and one \text{…} taken off. */
export function boxed(text: string): Parsed<string> {
  const start = text.lastIndexOf('\\boxed');
  const open = start < 0 ? -1 : text.indexOf('{', start);
  if (open < 0 || text.slice(start + '\\boxed'.length, open).trim() !== '')
    return unparsed('nothing is boxed');
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) {
      const inside = text.slice(open + 1, at).trim();
      return parsed(/^\\(?:text|mathrm|mathbf)\s*\{([^{}]*)\}$/.exec(inside)?.[1].trim() ?? inside);
    }
  }
  return unparsed('the box is not closed');
}

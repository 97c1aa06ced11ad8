// Words of a text, cut by a named rule: which one decides a text metric's value, so that it is part of every name.
import { SPACE } from '../published/python-text.ts';

/**
 * A named way from text to tokens. `ascii` and `whitespace` take the text as it stands, as the programs do whose numbers
 * they repeat; all others first bring it into Unicode's composed form (NFC).
 */
export interface Tokenizer {
  readonly id: TokenizerId;
  readonly summary: string;
  tokens(text: string): string[];
}

export type TokenizerId = 'whitespace' | 'ascii' | 'unicode' | 'unicode-whitespace' | '13a' | 'han';

const BETWEEN = new RegExp(`[${SPACE}]+`, 'u');

/** Python's `str.split()`. */
const words = (text: string): string[] => text.split(BETWEEN).filter((word) => word !== '');

/**
 * WMT's mteval-v13a, as sacrebleu applies it: entities undone, punctuation split off except between digits, hyphens
 * split off after a digit.
 */
function mteval13a(text: string): string[] {
  const plain = text
    .replaceAll('<skipped>', '')
    .replaceAll('-\n', '')
    .replaceAll('\n', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  return words(
    ` ${plain} `
      .replace(/([{-~[-` -&(-+:-@/])/g, ' $1 ')
      .replace(/([^0-9])([.,])/g, '$1 $2 ')
      .replace(/([.,])([^0-9])/g, ' $1 $2')
      .replace(/([0-9])(-)/g, '$1 $2 '),
  );
}

const ALL: readonly Tokenizer[] = [
  {
    id: 'whitespace',
    summary: 'text as it stands, split at whitespace, case and punctuation kept',
    tokens: words,
  },
  {
    id: 'ascii',
    summary:
      'text as it stands, lower case; whatever is not a–z or 0–9 splits, letters with diacritics too (rouge_score)',
    tokens: (text) => text.toLowerCase().match(/[a-z0-9]+/g) ?? [],
  },
  {
    id: 'unicode',
    summary: 'NFC; lower case; runs of letters, marks and digits of any script, punctuation dropped',
    tokens: (text) =>
      text
        .normalize('NFC')
        .toLowerCase()
        .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [],
  },
  {
    id: 'unicode-whitespace',
    summary: 'NFC; lower case, split at whitespace, punctuation kept',
    tokens: (text) => words(text.normalize('NFC').toLowerCase()),
  },
  {
    id: '13a',
    summary: 'NFC; mteval-v13a as in sacrebleu, case kept',
    tokens: (text) => mteval13a(text.normalize('NFC')),
  },
  {
    id: 'han',
    summary: 'NFC; every Han character by itself, other scripts in lower-case words, punctuation dropped',
    tokens: (text) =>
      text
        .normalize('NFC')
        .toLowerCase()
        .match(/\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}])+/gu) ?? [],
  },
];

const byId = new Map(ALL.map((tokenizer) => [tokenizer.id, tokenizer]));

export function tokenizer(id: TokenizerId): Tokenizer {
  const found = byId.get(id);
  if (found === undefined) throw new RangeError(`no tokenizer ${id}`);
  return found;
}

export const TOKENIZERS = ALL;

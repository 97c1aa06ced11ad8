// Letters, numbers, yes/no and labels as the released scorer takes them from a reply, faults included.
// Behaviour of deeptumorvqa.eval.metrics (Apache-2.0), checked string by string in bench/scorer-parity.
import { asciiDigits, SPACE, strip, WORD } from './python-text.ts';

const OPEN = '<think>';
const CLOSE = '</think>';

const LETTER = new RegExp(`(?<![${WORD}])[A-D](?![${WORD}])`, 'u');
const NUMBER = /-?\p{Nd}+\.?\p{Nd}*/u;
const YES = new RegExp(`(?<![${WORD}])yes(?![${WORD}])`, 'u');
const NO = new RegExp(`(?<![${WORD}])no(?![${WORD}])`, 'u');
const PUNCTUATION = new RegExp(`[^${WORD}${SPACE}\\-]`, 'gu');
const SPACES = new RegExp(`[${SPACE}]+`, 'gu');

/** Removes closed think blocks, then everything from a think tag that is left open. */
export function stripThink(text: string): string {
  let kept = '';
  let from = 0;
  for (;;) {
    const open = text.indexOf(OPEN, from);
    const close = open < 0 ? -1 : text.indexOf(CLOSE, open + OPEN.length);
    if (close < 0) break;
    kept += text.slice(from, open);
    from = close + CLOSE.length;
  }
  kept += text.slice(from);
  const open = kept.indexOf(OPEN);
  return strip(open < 0 ? kept : kept.slice(0, open));
}

/** A–D: the first character if it is one of them, else the first that stands alone; '' if none. */
export function extractLetter(text: string): string {
  const upper = stripThink(text).toUpperCase();
  if (upper === '') return '';
  if ('ABCD'.includes(upper[0])) return upper[0];
  return LETTER.exec(upper)?.[0] ?? '';
}

/** The first number; a thousands separator ends it ("1,234.5" is 1). */
export function extractNumber(text: string): number | undefined {
  const found = NUMBER.exec(strip(text));
  return found === null ? undefined : Number(asciiDigits(found[0]));
}

/** 'yes', 'no' or ''; anything that begins with "no" is no ("normal", "nodule", "not sure"). */
export function extractBinary(text: string): 'yes' | 'no' | '' {
  const s = strip(text).toLowerCase();
  if (s.startsWith('yes')) return 'yes';
  if (s.startsWith('no')) return 'no';
  if (YES.test(s)) return 'yes';
  if (NO.test(s)) return 'no';
  return '';
}

/** Lower case, punctuation dropped, white space collapsed. */
export function normalizeText(text: string): string {
  return strip(text).toLowerCase().replace(PUNCTUATION, '').replace(SPACES, ' ');
}

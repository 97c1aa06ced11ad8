// What Python's str and re mean by white space, word, digit, strip and round, which JavaScript means differently.
// The published scorer is a Python program; scoring as it does means reading text as it does.

/** Python's str.isspace: without U+FEFF, with U+001C–U+001F and U+0085, unlike JavaScript's \s. */
export const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
/** Python's \w: letters and numbers of every script, and the underscore; not combining marks. */
export const WORD = '\\p{L}\\p{N}_';

const LEADING = new RegExp(`^[${SPACE}]+`, 'u');
const SPACE_CHARACTER = new RegExp(`[${SPACE}]`, 'u');
const DIGIT = /\p{Nd}/u;

/** str.strip(). Walks in from the end: an anchored regular expression would be quadratic on long white space. */
export function strip(text: string): string {
  const start = LEADING.exec(text)?.[0].length ?? 0;
  let end = text.length;
  while (end > start && SPACE_CHARACTER.test(text[end - 1])) end--;
  return text.slice(start, end);
}

/** Value 0–9 of a decimal digit of any script. Unicode keeps each script's ten digits together, in order. */
function digitValue(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  let start = code;
  while (start > 0 && DIGIT.test(String.fromCodePoint(start - 1))) start--;
  return (code - start) % 10;
}

/** The text with the digits of every script written as 0–9. */
export function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)));
}

/** round(x, 4): the nearest decimal of the exact binary value, an exact tie to the even neighbour. */
export function round4(x: number): number {
  if (!Number.isFinite(x)) return x;
  // Only odd multiples of 1/32 lie exactly halfway between two four-digit decimals.
  if (Math.abs(x * 32) % 2 === 1) {
    const below = Math.floor(x * 1e4);
    return (below % 2 === 0 ? below : below + 1) / 1e4;
  }
  return Number(x.toFixed(4));
}

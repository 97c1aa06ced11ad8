// Whether a planted value can still be found in a text: exactly, up to spelling, or nearly.

export interface Leak {
  /** The very characters, spaces and line breaks aside counting as one. */
  readonly exact: boolean;
  /** The same letters and digits, whatever case and punctuation; letters that OCR takes for digits count as those. */
  readonly normalised: boolean;
  /** Some stretch of the text differs in at most a fifth of the value's letters and digits. */
  readonly near: boolean;
}

/** Share of characters in which a near match may differ. */
const NEAR = 0.2;
const LOOKALIKE: Readonly<Record<string, string>> = {
  o: '0',
  i: '1',
  l: '1',
  '|': '1',
  s: '5',
  b: '8',
  z: '2',
};

const collapsed = (text: string) => text.replace(/\s+/g, ' ');

/** Lower-case letters and digits only, those that look alike being one. */
export function normalised(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[oil|sbz]/g, (letter) => LOOKALIKE[letter])
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** What a text leaks of an identifier of which each of some stretches identifies. */
export function leakOfAny(values: readonly string[], text: string): Leak {
  const leaks = values.map((value) => leakOf(value, text));
  const any = (key: keyof Leak) => leaks.some((leak) => leak[key]);
  return { exact: any('exact'), normalised: any('normalised'), near: any('near') };
}

export function leakOf(value: string, text: string): Leak {
  const wanted = normalised(value);
  const held = normalised(text);
  const exact = collapsed(text).includes(collapsed(value));
  const same = exact || held.includes(wanted);
  const most = Math.floor(wanted.length * NEAR);
  return { exact, normalised: same, near: same || nearestDistance(wanted, held) <= most };
}

/** Fewest edits that turn `wanted` into some stretch of `text` (Sellers 1980). */
export function nearestDistance(wanted: string, text: string): number {
  let column = Uint16Array.from({ length: wanted.length + 1 }, (_, n) => n);
  let best = column[wanted.length];
  for (let t = 0; t < text.length; t++) {
    const next = new Uint16Array(wanted.length + 1);
    for (let w = 1; w <= wanted.length; w++) {
      const swap = column[w - 1] + (wanted[w - 1] === text[t] ? 0 : 1);
      next[w] = Math.min(swap, column[w] + 1, next[w - 1] + 1);
    }
    column = next;
    best = Math.min(best, column[wanted.length]);
  }
  return best;
}

// Token vectors of texts without a model: words by their letters. They find spellings and inflections, not meaning.
import { wordsOf } from './bm25.ts';
import { type TokenRows, tokenRows } from './late-interaction.ts';
import { directionOf } from './vector-index.ts';

const DIMS = 128;
/** Words that say nothing of what a text is about. */
const STOP: ReadonlySet<string> = new Set(
  'a an and any are as at be been by can did do does for from had has have in is it its may no not of on or seen show shows such that the there these this to was were what where which with'.split(
    ' ',
  ),
);

/** 32-bit FNV-1a: the same letters give the same place on every machine. */
function placeOf(letters: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < letters.length; at++)
    hash = Math.imul(hash ^ letters.charCodeAt(at), 0x01000193) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Words of texts repeat: the vectors of so many are kept. */
const MOST_KEPT = 1 << 16;
const kept = new Map<string, Float32Array>();

function wordVector(word: string): Float32Array {
  const known = kept.get(word);
  if (known !== undefined) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const vector = spelt(word);
  kept.set(word, vector);
  return vector;
}

/** A word as its letter triples, each adding to one of 128 places with a sign: cosine grows with shared triples. */
function spelt(word: string): Float32Array {
  const vector = new Float32Array(DIMS);
  const marked = `^${word}$`;
  for (let at = 0; at + 3 <= Math.max(3, marked.length); at++) {
    const place = placeOf(marked.slice(at, at + 3));
    vector[place % DIMS] += place & 0x10000 ? 1 : -1;
  }
  return directionOf(vector);
}

/** Words that carry meaning; all words of a text that has no other. */
function contentWords(text: string): string[] {
  const words = wordsOf(text);
  const content = words.filter((word) => !STOP.has(word));
  return content.length > 0 ? content : words;
}

/** One row for each word. */
export function letterTokens(text: string): TokenRows {
  return tokenRows(contentWords(text).map(wordVector));
}

/** One vector for a text: its words' summed up. */
export function letterVector(text: string): Float32Array {
  const sum = new Float32Array(DIMS);
  for (const word of contentWords(text)) {
    const vector = wordVector(word);
    for (let dim = 0; dim < DIMS; dim++) sum[dim] += vector[dim];
  }
  return directionOf(sum);
}

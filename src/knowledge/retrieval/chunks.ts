// Long texts in overlapping pieces, so that what is found is short enough to be read.
import { OverreadError } from '../../domain/errors.ts';

export interface ChunkOptions {
  /** Longest piece, in `unit`. */
  readonly size: number;
  /** What a piece repeats of the one before, at most; less than `size`. */
  readonly overlap: number;
  /** "tokens": words and punctuation marks, a stand-in for a model's own tokens. */
  readonly unit: 'characters' | 'tokens';
}

/** 400 characters, 50 of them repeated. */
export const DEFAULT_CHUNKS: ChunkOptions = { size: 400, overlap: 50, unit: 'characters' };

export interface Chunk {
  readonly text: string;
  /** Where it stands in the text: from `start` up to, not including, `end`. */
  readonly start: number;
  readonly end: number;
}

/**
 * Pieces in order. Every character but spaces between pieces is in one; characters are cut between words where a word
 * ends in the last fifth of the piece. Throws `bad-argument` when the overlap is no smaller than the size.
 */
export function chunksOf(text: string, options: ChunkOptions = DEFAULT_CHUNKS): Chunk[] {
  const { size, overlap, unit } = options;
  if (!Number.isInteger(size) || !Number.isInteger(overlap) || size < 1 || overlap < 0 || overlap >= size)
    throw new OverreadError('bad-argument', 'Pieces of text need a whole size and a smaller overlap.');
  return unit === 'tokens' ? byTokens(text, size, overlap) : byCharacters(text, size, overlap);
}

function trimmed(text: string, start: number, end: number): Chunk | undefined {
  const whole = text.slice(start, end);
  const body = whole.trim();
  if (body === '') return undefined;
  const from = start + whole.indexOf(body);
  return { text: body, start: from, end: from + body.length };
}

/** Keeps a piece that goes on, and drops one that it holds whole: spaces shrink pieces to what others have. */
function add(chunks: Chunk[], chunk: Chunk | undefined): void {
  const before = chunks.at(-1);
  if (chunk === undefined || (before !== undefined && chunk.end <= before.end)) return;
  if (before?.start === chunk.start) chunks.pop();
  chunks.push(chunk);
}

const SPACE = /\s/;

function byCharacters(text: string, size: number, overlap: number): Chunk[] {
  const chunks: Chunk[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(text.length, start + size);
    if (end < text.length) {
      const least = start + Math.max(overlap + 1, Math.ceil(size * 0.8));
      let cut = end;
      while (cut > least && !SPACE.test(text[cut])) cut--;
      if (SPACE.test(text[cut])) end = cut;
      // A pair of surrogates is one character.
      else if (end - start > overlap + 1 && /[\ud800-\udbff]/.test(text[end - 1])) end--;
    }
    add(chunks, trimmed(text, start, end));
    if (end >= text.length) break;
    let next = end - overlap;
    // The repeated part begins with a whole word where there is one.
    while (next < end && next > 0 && !SPACE.test(text[next - 1])) next++;
    start = next >= end ? Math.max(start + 1, end - overlap) : next;
  }
  return chunks;
}

function byTokens(text: string, size: number, overlap: number): Chunk[] {
  const tokens = [...text.matchAll(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu)];
  const chunks: Chunk[] = [];
  for (let first = 0; first < tokens.length; first += size - overlap) {
    const last = tokens[Math.min(tokens.length, first + size) - 1];
    add(chunks, trimmed(text, tokens[first].index, last.index + last[0].length));
    if (first + size >= tokens.length) break;
  }
  return chunks;
}

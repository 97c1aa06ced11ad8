// BM25+ over passages, by the package minisearch, with its extras taken out again so that the score is the formula's.
import MiniSearch from 'minisearch';
import { type Accept, byNearness, type Ranked } from './ranked.ts';

/** The package's defaults: saturation, length normalisation, and the least that one occurrence counts. */
export const BM25_PLUS = { k: 1.2, b: 0.7, d: 0.5 } as const;

/** Lower-case words and numbers; what stands between them parts them. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

export interface WordIndex {
  /** The best for any of the query's words; passages with none of them are not ranked. */
  rank(query: string, k: number, accept?: Accept): Ranked[];
}

/**
 * Score of a passage: over the query's words t, ln(1 + (N − n_t + ½)/(n_t + ½)) · (δ + f·(k + 1)/(f + k·(1 − b + b·l/l̄))),
 * where the package counts a passage's length l in different words. It also multiplies by the number of words that
 * matched, which is divided out here.
 */
export function wordIndex(texts: readonly string[]): WordIndex {
  const index = new MiniSearch<{ id: number; text: string }>({
    fields: ['text'],
    idField: 'id',
    tokenize: wordsOf,
    processTerm: (term) => term,
    searchOptions: { bm25: BM25_PLUS, prefix: false, fuzzy: false, combineWith: 'OR' },
  });
  for (const [id, text] of texts.entries()) index.add({ id, text });
  return {
    rank(query, k, accept = () => true) {
      const found = index.search(query, { filter: ({ id }) => accept(Number(id)) });
      return found
        .map(({ id, score, queryTerms }) => ({
          at: Number(id),
          score: score / Math.max(1, queryTerms.length),
        }))
        .sort(byNearness)
        .slice(0, k);
    },
  };
}

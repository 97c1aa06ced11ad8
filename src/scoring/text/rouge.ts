// ROUGE-N and ROUGE-L (Lin 2004): F1 of shared n-grams, or of the longest common subsequence, averaged over items.
import type { Metric, TextPair } from '../metric.ts';
import { ngramCounts, overlap } from './ngrams.ts';
import { type TokenizerId, tokenizer } from './tokens.ts';

export interface Overlap {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

function overlapOf(shared: number, said: number, wanted: number): Overlap {
  const precision = said === 0 ? 0 : shared / said;
  const recall = wanted === 0 ? 0 : shared / wanted;
  return { precision, recall, f1: shared === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}

/** ROUGE-N of token lists. Two texts without an n-gram share nothing: 0, as in rouge_score. */
export function rougeN(said: readonly string[], wanted: readonly string[], n: number): Overlap {
  const shared = overlap(ngramCounts(said, n), ngramCounts(wanted, n));
  return overlapOf(shared, Math.max(0, said.length - n + 1), Math.max(0, wanted.length - n + 1));
}

/** ROUGE-L of token lists, each text as one sequence (not ROUGE-Lsum). */
export function rougeL(said: readonly string[], wanted: readonly string[]): Overlap {
  return overlapOf(commonLength(said, wanted), said.length, wanted.length);
}

/** Length of the longest common subsequence. */
export function commonLength(a: readonly string[], b: readonly string[]): number {
  // Words get numbers first, so that the quadratic part compares integers.
  const numbers = new Map<string, number>();
  const numbered = (words: readonly string[]) =>
    Int32Array.from(words, (word) => {
      const known = numbers.get(word) ?? numbers.size;
      numbers.set(word, known);
      return known;
    });
  const [left, right] = [numbered(a), numbered(b)];
  const row = new Int32Array(right.length + 1);
  for (const word of left) {
    let diagonal = 0;
    for (let at = 1; at <= right.length; at++) {
      const above = row[at];
      row[at] = word === right[at - 1] ? diagonal + 1 : Math.max(above, row[at - 1]);
      diagonal = above;
    }
  }
  return row[right.length];
}

/** The best of several references, by F1; rouge_score's `score_multi`. */
export function rougeItem({ prediction, references }: TextPair, kind: RougeKind, by: TokenizerId): Overlap {
  const { tokens } = tokenizer(by);
  const said = tokens(prediction);
  let best = overlapOf(0, 0, 0);
  for (const reference of references) {
    const wanted = tokens(reference);
    const found = kind === 'l' ? rougeL(said, wanted) : rougeN(said, wanted, kind);
    if (found.f1 > best.f1) best = found;
  }
  return best;
}

export type RougeKind = 1 | 2 | 'l';

/** A ROUGE with its kind and tokens fixed: the mean F1 over items, without stemming. */
export function rougeMetric(id: string, kind: RougeKind, by: TokenizerId): Metric<TextPair, Overlap> {
  return {
    id,
    summary: `mean F1 of ROUGE-${kind === 'l' ? 'L' : kind}; tokens: ${tokenizer(by).summary}; no stemming`,
    source: 'Lin 2004, https://aclanthology.org/W04-1013/',
    better: 'higher',
    range: [0, 1],
    item: (pair) => rougeItem(pair, kind, by),
    of: (items) => (items.length === 0 ? null : items.reduce((sum, { f1 }) => sum + f1, 0) / items.length),
  };
}

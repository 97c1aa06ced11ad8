// CIDEr and CIDEr-D (Vedantam et al. 2015): cosine of n-grams weighted by how rare they are in the references.
import type { Metric, TextPair } from '../metric.ts';
import { ngramCounts } from './ngrams.ts';
import { type TokenizerId, tokenizer } from './tokens.ts';

const ORDERS = 4;
/** CIDEr-D's width of the penalty for another length, in words. */
const SIGMA = 6;

/** n-grams of all four orders with their counts. */
interface Grams {
  readonly ids: Int32Array;
  readonly counts: Int32Array;
  /** Where each order begins in `ids`; five entries. */
  readonly starts: readonly number[];
  readonly length: number;
}

export interface CiderItem {
  readonly said: Grams;
  readonly references: readonly Grams[];
  /** Ids in any reference, once each: what the item adds to document frequencies. */
  readonly documentIds: Int32Array;
}

/** Numbers for n-grams, given as they come; they only name them, so that frequencies can be kept in arrays. */
type Vocabulary = Map<string, number>;

function gramsOf(words: readonly string[], vocabulary: Vocabulary): Grams {
  const ids: number[] = [];
  const counts: number[] = [];
  const starts = [0];
  for (let n = 1; n <= ORDERS; n++) {
    for (const [gram, count] of ngramCounts(words, n)) {
      const id = vocabulary.get(gram) ?? vocabulary.size;
      vocabulary.set(gram, id);
      ids.push(id);
      counts.push(count);
    }
    starts.push(ids.length);
  }
  return { ids: Int32Array.from(ids), counts: Int32Array.from(counts), starts, length: words.length };
}

export interface CiderOptions {
  /** "d": counts clipped to the reference's, and a Gaussian penalty for another length (σ 6). Default "plain". */
  readonly variant?: 'plain' | 'd';
  readonly tokenizer?: TokenizerId;
  /**
   * The corpus whose document frequencies weight the n-grams: one entry per document, each with its references.
   * Default: the references of the items that are scored, so that a value holds for that set of items only.
   */
  readonly corpus?: readonly (readonly string[])[];
}

/** Weights by n-gram id: ln(documents) − ln(documents that have it, at least 1). */
function weights(documents: readonly Int32Array[], vocabulary: Vocabulary): Float64Array {
  const frequency = new Int32Array(vocabulary.size);
  for (const ids of documents) for (const id of ids) frequency[id]++;
  const all = Math.log(documents.length);
  return Float64Array.from(frequency, (n) => all - Math.log(Math.max(1, n)));
}

/** One pair's similarity in 0…1, the mean over the four orders. */
function similarity(said: Grams, wanted: Grams, idf: Float64Array, d: boolean): number {
  const inReference = new Map<number, number>();
  wanted.ids.forEach((id, at) => {
    inReference.set(id, wanted.counts[at]);
  });
  const norm = ({ ids, counts, starts }: Grams, order: number) => {
    let sum = 0;
    for (let at = starts[order]; at < starts[order + 1]; at++) sum += (counts[at] * idf[ids[at]]) ** 2;
    return Math.sqrt(sum);
  };
  let total = 0;
  for (let order = 0; order < ORDERS; order++) {
    const scale = norm(said, order) * norm(wanted, order);
    if (scale === 0) continue;
    let dot = 0;
    for (let at = said.starts[order]; at < said.starts[order + 1]; at++) {
      const there = inReference.get(said.ids[at]);
      if (there === undefined) continue;
      const weight = idf[said.ids[at]];
      dot += (d ? Math.min(said.counts[at], there) : said.counts[at]) * there * weight * weight;
    }
    total += dot / scale;
  }
  const gap = said.length - wanted.length;
  return (total / ORDERS) * (d ? Math.exp(-(gap * gap) / (2 * SIGMA * SIGMA)) : 1);
}

/** CIDEr in 0…10. With the items' own references for a corpus, fewer than two items have no value. */
export function ciderMetric(id: string, options: CiderOptions = {}): Metric<TextPair, CiderItem> {
  const { variant = 'plain', corpus } = options;
  const { tokens, summary } = tokenizer(options.tokenizer ?? 'unicode');
  const vocabulary: Vocabulary = new Map();
  const read = (text: string) => gramsOf(tokens(text), vocabulary);
  const documentOf = (references: readonly Grams[]) =>
    Int32Array.from(new Set(references.flatMap(({ ids }) => [...ids])));
  const documents = corpus?.map((references) => documentOf(references.map(read)));
  return {
    id,
    summary: `mean ${variant === 'd' ? 'CIDEr-D (σ 6)' : 'CIDEr'} in 0…10, n-grams to 4, idf of ${corpus === undefined ? 'the scored items’ references' : `${corpus.length} given documents`}; tokens: ${summary}; no stemming`,
    source: 'Vedantam et al. 2015, https://arxiv.org/abs/1411.5726',
    better: 'higher',
    range: [0, 10],
    item: ({ prediction, references }) => {
      const wanted = references.map(read);
      return { said: read(prediction), references: wanted, documentIds: documentOf(wanted) };
    },
    of(items) {
      const known = documents ?? items.map(({ documentIds }) => documentIds);
      if (items.length === 0 || known.length < 2) return null;
      const idf = weights(known, vocabulary);
      let sum = 0;
      for (const { said, references } of items) {
        let own = 0;
        for (const reference of references) own += similarity(said, reference, idf, variant === 'd');
        sum += references.length === 0 ? 0 : own / references.length;
      }
      return (10 * sum) / items.length;
    },
  };
}

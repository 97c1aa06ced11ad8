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

/** A reference, and what a prediction has in common with it, order by order. */
interface Compared {
  readonly grams: Grams;
  /** n-grams that both have, as places in `grams`. */
  readonly places: Int32Array;
  /** How often the prediction has them. */
  readonly said: Int32Array;
  readonly starts: readonly number[];
}

export interface CiderItem {
  readonly said: Grams;
  readonly references: readonly Compared[];
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

/** The weight of an n-gram: ln(documents) − ln(documents that have it, at least 1). */
type Weight = (id: number) => number;

/**
 * Weights out of the documents that hold each n-gram. The counts' array is kept between calls, so that a resample costs
 * what its items hold and not what the vocabulary has grown to.
 */
function weigher(
  vocabulary: Vocabulary,
): <T>(documents: readonly Int32Array[], use: (weight: Weight) => T) => T {
  let frequency = new Int32Array(0);
  return (documents, use) => {
    if (frequency.length < vocabulary.size) frequency = new Int32Array(2 * vocabulary.size);
    for (const ids of documents) for (let at = 0; at < ids.length; at++) frequency[ids[at]]++;
    const byFrequency = Float64Array.from(
      { length: documents.length + 1 },
      (_, n) => Math.log(documents.length) - Math.log(Math.max(1, n)),
    );
    try {
      return use((id) => byFrequency[frequency[id]]);
    } finally {
      for (const ids of documents) for (let at = 0; at < ids.length; at++) frequency[ids[at]] = 0;
    }
  };
}

function compare(said: Grams, grams: Grams): Compared {
  const counts = new Map<number, number>();
  said.ids.forEach((id, at) => {
    counts.set(id, said.counts[at]);
  });
  const places: number[] = [];
  const starts = [0];
  for (let order = 0; order < ORDERS; order++) {
    for (let at = grams.starts[order]; at < grams.starts[order + 1]; at++)
      if (counts.has(grams.ids[at])) places.push(at);
    starts.push(places.length);
  }
  const own = Int32Array.from(places, (at) => counts.get(grams.ids[at]) ?? 0);
  return { grams, places: Int32Array.from(places), said: own, starts };
}

function norm({ ids, counts, starts }: Grams, order: number, weight: Weight): number {
  let sum = 0;
  for (let at = starts[order]; at < starts[order + 1]; at++) sum += (counts[at] * weight(ids[at])) ** 2;
  return Math.sqrt(sum);
}

/** One pair's similarity in 0…1, the mean over the four orders. */
function similarity(said: Grams, wanted: Compared, weight: Weight, d: boolean): number {
  const { grams, places, starts } = wanted;
  let total = 0;
  for (let order = 0; order < ORDERS; order++) {
    if (starts[order] === starts[order + 1]) continue;
    const scale = norm(said, order, weight) * norm(grams, order, weight);
    if (scale === 0) continue;
    let dot = 0;
    for (let at = starts[order]; at < starts[order + 1]; at++) {
      const there = grams.counts[places[at]];
      const own = weight(grams.ids[places[at]]);
      dot += (d ? Math.min(wanted.said[at], there) : wanted.said[at]) * there * own * own;
    }
    total += dot / scale;
  }
  const gap = said.length - grams.length;
  return (total / ORDERS) * (d ? Math.exp(-(gap * gap) / (2 * SIGMA * SIGMA)) : 1);
}

/** CIDEr in 0…10. With the items' own references for a corpus, fewer than two items have no value. */
export function ciderMetric(id: string, options: CiderOptions = {}): Metric<TextPair, CiderItem> {
  const { variant = 'plain', corpus } = options;
  const { tokens, summary } = tokenizer(options.tokenizer ?? 'unicode');
  const vocabulary: Vocabulary = new Map();
  const weighed = weigher(vocabulary);
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
      const said = read(prediction);
      return {
        said,
        references: wanted.map((grams) => compare(said, grams)),
        documentIds: documentOf(wanted),
      };
    },
    of(items) {
      const known = documents ?? items.map(({ documentIds }) => documentIds);
      if (items.length === 0 || known.length < 2) return null;
      return weighed(known, (weight) => {
        let sum = 0;
        for (const { said, references } of items) {
          let own = 0;
          for (const reference of references) own += similarity(said, reference, weight, variant === 'd');
          sum += references.length === 0 ? 0 : own / references.length;
        }
        return (10 * sum) / items.length;
      });
    },
  };
}

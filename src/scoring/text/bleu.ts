// BLEU (Papineni et al. 2002): clipped n-gram precision over a corpus with a penalty for brevity, smoothing named.
import type { Metric, TextPair } from '../metric.ts';
import { largestCounts, ngramCounts, overlap } from './ngrams.ts';
import { type TokenizerId, tokenizer } from './tokens.ts';

const ORDERS = 4;

/** What one pair adds to a corpus: one number per order from 1 to 4, and two lengths. */
export interface BleuItem {
  /** Clipped matches. */
  readonly matches: readonly number[];
  /** n-grams in the prediction. */
  readonly totals: readonly number[];
  readonly length: number;
  /** Length of the reference closest to the prediction's; the shorter one of two equally close. */
  readonly referenceLength: number;
}

/**
 * How a precision of zero is mended. `none`: the value is 0. `exp`: the k-th zero becomes 1/(2^k · n-grams)
 * (mteval-v13a, sacrebleu). `method-1` and `method-4` are NLTK's smoothing functions of these numbers (Chen and Cherry
 * 2014) at corpus level, with NLTK's habit of counting at least one n-gram of each order in every text.
 */
export type BleuSmoothing = 'none' | 'exp' | 'method-1' | 'method-4';

export interface BleuOptions {
  /** Highest order of n-grams, all weighted alike. Default 4. */
  readonly order?: 1 | 2 | 3 | 4;
  /** Default "none". */
  readonly smoothing?: BleuSmoothing;
}

export function bleuItem({ prediction, references }: TextPair, by: TokenizerId): BleuItem {
  const { tokens } = tokenizer(by);
  const said = tokens(prediction);
  const wanted = references.map((reference) => tokens(reference));
  const matches: number[] = [];
  const totals: number[] = [];
  for (let n = 1; n <= ORDERS; n++) {
    const counts = ngramCounts(said, n);
    matches.push(overlap(counts, largestCounts(wanted.map((words) => ngramCounts(words, n)))));
    totals.push(Math.max(0, said.length - n + 1));
  }
  return { matches, totals, length: said.length, referenceLength: closest(wanted, said.length) };
}

function closest(references: readonly (readonly string[])[], length: number): number {
  let best = references[0]?.length ?? 0;
  for (const { length: own } of references) {
    const nearer = Math.abs(own - length) - Math.abs(best - length);
    if (nearer < 0 || (nearer === 0 && own < best)) best = own;
  }
  return best;
}

/** exp(1 − r/c) for a corpus shorter than its references, else 1. A corpus without a word has penalty 0. */
export function brevityPenalty(items: readonly BleuItem[]): number {
  let said = 0;
  let wanted = 0;
  for (const item of items) {
    said += item.length;
    wanted += item.referenceLength;
  }
  return said > wanted ? 1 : said === 0 ? 0 : Math.exp(1 - wanted / said);
}

/** Corpus BLEU in 0…1; null without items. */
export function corpusBleu(items: readonly BleuItem[], options: BleuOptions = {}): number | null {
  const { order = ORDERS, smoothing = 'none' } = options;
  if (items.length === 0) return null;
  const atLeastOne = smoothing === 'method-1' || smoothing === 'method-4';
  const matches = new Array<number>(order).fill(0);
  const totals = new Array<number>(order).fill(0);
  let length = 0;
  for (const item of items) {
    length += item.length;
    for (let n = 0; n < order; n++) {
      matches[n] += item.matches[n];
      totals[n] += atLeastOne ? Math.max(1, item.totals[n]) : item.totals[n];
    }
  }
  if (matches[0] === 0) return 0;
  let logs = 0;
  let zeros = 0;
  for (let n = 0; n < order; n++) {
    let precision = totals[n] === 0 ? 0 : matches[n] / totals[n];
    if (matches[n] === 0) {
      zeros++;
      precision = mended(smoothing, zeros, totals[n], length);
    }
    // A corpus of one word has no longer runs: NLTK then leaves those orders out.
    if (precision === 0 && smoothing === 'method-4') continue;
    if (precision === 0) return 0;
    logs += Math.log(precision) / order;
  }
  return brevityPenalty(items) * Math.exp(logs);
}

/** The precision that stands for the k-th zero among `total` n-grams of a corpus of `length` tokens. */
function mended(smoothing: BleuSmoothing, k: number, total: number, length: number): number {
  if (smoothing === 'none' || total === 0) return 0;
  if (smoothing === 'exp') return 1 / (2 ** k * total);
  if (smoothing === 'method-1') return 0.1 / total;
  // NLTK's method 4: geometric, slower for longer texts, with K = 5.
  return length > 1 ? Math.log(length) / (2 ** k * 5 * total) : 0;
}

export interface BleuMetricOptions extends BleuOptions {
  readonly id: string;
  readonly tokenizer: TokenizerId;
  readonly source?: string;
}

/** A BLEU with its order, tokens and smoothing fixed. */
export function bleuMetric(options: BleuMetricOptions): Metric<TextPair, BleuItem> {
  const { id, order = ORDERS, smoothing = 'none' } = options;
  const { summary } = tokenizer(options.tokenizer);
  const zeros = smoothing === 'none' ? 'no smoothing' : `smoothing ${smoothing}`;
  return {
    id,
    summary: `corpus BLEU-${order}, ${zeros}; tokens: ${summary}`,
    source: options.source ?? 'Papineni et al. 2002, https://aclanthology.org/P02-1040/',
    better: 'higher',
    range: [0, 1],
    item: (pair) => bleuItem(pair, options.tokenizer),
    of: (items) => corpusBleu(items, { order, smoothing }),
  };
}

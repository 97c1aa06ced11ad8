// chrF and chrF++ (Popović 2015, 2017): F-score of character n-grams, and of words in chrF++, over a corpus.
import type { Metric, TextPair } from '../metric.ts';
import { ngramCounts, overlap } from './ngrams.ts';

export interface ChrfOptions {
  /** Longest character n-gram. Default 6. */
  readonly characters?: number;
  /** Longest word n-gram: 0 is chrF, 2 is chrF++. Default 0. */
  readonly words?: number;
  /** Recall counts β² times as much as precision. Default 2. */
  readonly beta?: number;
}

/** n-grams of prediction, of reference and shared, for every order. */
export type ChrfItem = readonly (readonly [said: number, wanted: number, shared: number])[];

const DEFAULTS = { characters: 6, words: 0, beta: 2 };

/** Words with one mark of punctuation split off at either end. */
function chrfWords(text: string): string[] {
  return text.split(/\s+/u).flatMap((word) => {
    if (word.length < 2) return word === '' ? [] : [word];
    if (PUNCTUATION.includes(word[word.length - 1])) return [word.slice(0, -1), word[word.length - 1]];
    return PUNCTUATION.includes(word[0]) ? [word[0], word.slice(1)] : [word];
  });
}

const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** Statistics against the reference that gives the item the best F. Characters are code points, without whitespace. */
export function chrfItem({ prediction, references }: TextPair, options: ChrfOptions = {}): ChrfItem {
  const { characters, words, beta } = { ...DEFAULTS, ...options };
  const grams = (text: string) => {
    const plain = text.normalize('NFC');
    const letters = [...plain.replace(/\s+/gu, '')];
    const own = words === 0 ? [] : chrfWords(plain);
    return [
      ...Array.from({ length: characters }, (_, n) => ngramCounts(letters, n + 1)),
      ...Array.from({ length: words }, (_, n) => ngramCounts(own, n + 1)),
    ];
  };
  const total = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((sum, n) => sum + n, 0);
  const said = grams(prediction);
  let best: ChrfItem | undefined;
  let bestF = -1;
  for (const reference of references) {
    const wanted = grams(reference);
    const item = said.map(
      // A prediction's n-grams of an order that the reference is too short for are not held against it (sacrebleu).
      (counts, at) =>
        [wanted[at].size === 0 ? 0 : total(counts), total(wanted[at]), overlap(counts, wanted[at])] as const,
    );
    const f = chrfOf([item], beta) ?? 0;
    if (f > bestF) [best, bestF] = [item, f];
  }
  return best ?? said.map(() => [0, 0, 0] as const);
}

/** The F of precision and recall, each the mean over the orders that both sides have; null without items. */
export function chrfOf(items: readonly ChrfItem[], beta = DEFAULTS.beta): number | null {
  if (items.length === 0) return null;
  let precision = 0;
  let recall = 0;
  let orders = 0;
  for (let order = 0; order < items[0].length; order++) {
    let [said, wanted, shared] = [0, 0, 0];
    for (const item of items) {
      said += item[order][0];
      wanted += item[order][1];
      shared += item[order][2];
    }
    if (said === 0 || wanted === 0) continue;
    precision += shared / said;
    recall += shared / wanted;
    orders++;
  }
  if (orders === 0 || precision + recall === 0) return 0;
  const [p, r, b] = [precision / orders, recall / orders, beta ** 2];
  return ((1 + b) * p * r) / (b * p + r);
}

export function chrfMetric(id: string, options: ChrfOptions = {}): Metric<TextPair, ChrfItem> {
  const { characters, words, beta } = { ...DEFAULTS, ...options };
  return {
    id,
    summary: `corpus ${words === 0 ? 'chrF' : 'chrF++'}: character n-grams to ${characters}, word n-grams to ${words}, β ${beta}; NFC, case kept, whitespace left out`,
    source: 'Popović 2015, https://aclanthology.org/W15-3049/; effective order as in sacrebleu',
    better: 'higher',
    range: [0, 1],
    item: (pair) => chrfItem(pair, options),
    of: (items) => chrfOf(items, beta),
  };
}

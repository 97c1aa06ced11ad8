// METEOR with its exact and stem stages (Lavie and Agarwal 2007): no synonyms, since WordNet is not at hand.
import type { Metric, TextPair } from '../metric.ts';
import { porterStem } from './porter.ts';
import { type TokenizerId, tokenizer } from './tokens.ts';

/** Weight of precision, power and weight of the penalty for fragments: the values of 2007, NLTK's defaults too. */
export const METEOR_PARAMETERS = { alpha: 0.9, beta: 3, gamma: 0.5 } as const;

interface Word {
  readonly at: number;
  readonly text: string;
}

/** Pairs equal words from the end on, as NLTK does; what is paired leaves both lists. */
function paired(said: Word[], wanted: Word[]): [number, number][] {
  const found: [number, number][] = [];
  for (let s = said.length - 1; s >= 0; s--) {
    const w = wanted.findLastIndex(({ text }) => text === said[s].text);
    if (w < 0) continue;
    found.push([said[s].at, wanted[w].at]);
    said.splice(s, 1);
    wanted.splice(w, 1);
  }
  return found;
}

/** METEOR of token lists in 0…1: exact matches first, then equal stems among the words left. */
export function meteorOf(prediction: readonly string[], reference: readonly string[]): number {
  const { alpha, beta, gamma } = METEOR_PARAMETERS;
  const said = prediction.map((text, at): Word => ({ at, text }));
  const wanted = reference.map((text, at): Word => ({ at, text }));
  const matches = paired(said, wanted);
  const stems = (words: readonly Word[]) => words.map(({ at, text }) => ({ at, text: porterStem(text) }));
  matches.push(...paired(stems(said), stems(wanted)));
  if (matches.length === 0) return 0;
  matches.sort(([a], [b]) => a - b);
  const precision = matches.length / prediction.length;
  const recall = matches.length / reference.length;
  const mean = (precision * recall) / (alpha * precision + (1 - alpha) * recall);
  const chunks = matches.reduce((count, [s, w], at) => {
    const before = matches[at - 1];
    return before !== undefined && s === before[0] + 1 && w === before[1] + 1 ? count : count + 1;
  }, 0);
  return (1 - gamma * (chunks / matches.length) ** beta) * mean;
}

export function meteorMetric(id: string, by: TokenizerId): Metric<TextPair, number> {
  const { tokens, summary } = tokenizer(by);
  return {
    id,
    summary: `mean METEOR (α 0.9, β 3, γ 0.5), exact and Porter-stem stages, no synonyms; tokens: ${summary}`,
    source: 'Lavie and Agarwal 2007, https://aclanthology.org/W07-0734/; pairing as in NLTK',
    better: 'higher',
    range: [0, 1],
    item: ({ prediction, references }) => {
      const said = tokens(prediction);
      return Math.max(0, ...references.map((reference) => meteorOf(said, tokens(reference))));
    },
    of: (items) => (items.length === 0 ? null : items.reduce((sum, item) => sum + item, 0) / items.length),
  };
}

// Token F1 and exact match: how question answering compares short texts.
import type { Metric, TextPair } from '../metric.ts';
import { rougeN } from './rouge.ts';
import { type TokenizerId, tokenizer } from './tokens.ts';

/** F1 of the two bags of tokens; two empty texts agree. */
export function tokenF1(said: readonly string[], wanted: readonly string[]): number {
  return said.length === 0 && wanted.length === 0 ? 1 : rougeN(said, wanted, 1).f1;
}

const mean = (items: readonly number[]): number | null =>
  items.length === 0 ? null : items.reduce((sum, item) => sum + item, 0) / items.length;

/** The best token F1 over the references, averaged over items. */
export function tokenF1Metric(id: string, by: TokenizerId): Metric<TextPair, number> {
  const { tokens, summary } = tokenizer(by);
  return {
    id,
    summary: `mean F1 of bags of tokens; tokens: ${summary}; articles kept`,
    source: 'Rajpurkar et al. 2016, https://arxiv.org/abs/1606.05250, without its removal of articles',
    better: 'higher',
    range: [0, 1],
    item: ({ prediction, references }) =>
      Math.max(0, ...references.map((reference) => tokenF1(tokens(prediction), tokens(reference)))),
    of: mean,
  };
}

/** What exact match compares: NFC, lower case, whitespace collapsed, one closing full stop dropped. */
export function matchForm(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/\s*[.。]$/u, '');
}

export function exactMatchMetric(id: string): Metric<TextPair, number> {
  return {
    id,
    summary:
      'share equal to a reference: NFC, lower case, whitespace collapsed, one closing full stop dropped',
    source: 'Rajpurkar et al. 2016, https://arxiv.org/abs/1606.05250, punctuation and articles kept',
    better: 'higher',
    range: [0, 1],
    item: ({ prediction, references }) => {
      const said = matchForm(prediction);
      return Number(references.some((reference) => matchForm(reference) === said));
    },
    of: mean,
  };
}

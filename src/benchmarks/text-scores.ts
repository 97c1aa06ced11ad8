// Several text metrics over one reply: each keeps its own statistics, reports pick them out again.
import { type Metric, type Summary, summaryOf, type TextPair } from '../scoring/metric.ts';

/** Statistics of one reply, one entry for each metric in order. */
export type TextStatistics = readonly unknown[];

export interface TextScores {
  item(pair: TextPair): TextStatistics;
  /** Summaries in the order of the metrics. Items of which `pick` gives undefined are in no denominator. */
  summaries<Item>(pick: (item: Item) => TextStatistics | undefined): Summary<Item>[];
}

/** @param metrics the main one first */
export function textScores(metrics: readonly Metric<TextPair, unknown>[]): TextScores {
  return {
    item: (pair) => metrics.map((metric) => metric.item(pair)),
    summaries: <Item>(pick: (item: Item) => TextStatistics | undefined) =>
      metrics.map((metric, at) =>
        summaryOf<TextPair, unknown, Item>(
          { ...metric, of: (own) => metric.of(own.filter((statistics) => statistics !== undefined)) },
          (item) => pick(item)?.[at],
        ),
      ),
  };
}

/** A text in Unicode's composed form: what strict protocols compare. */
export const composed = (text: string): string => text.normalize('NFC');

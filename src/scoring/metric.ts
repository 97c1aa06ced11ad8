// What a metric is: small statistics of each item, and a value over items, so that any resample of them is cheap.

/**
 * A metric over items. `item` does the costly work once (n-gram counts, matched boxes, parsed labels); `of` only adds
 * up. Corpus metrics (BLEU, mAP, macro-F1, set accuracy) and means of items are the same thing to whoever resamples.
 */
export interface Metric<Input, Item = unknown> {
  /** Kebab-case; a variant is part of the name: "rouge-l-ascii". */
  readonly id: string;
  readonly summary: string;
  /** Paper, standard or evaluator that defines it. */
  readonly source: string;
  readonly better: 'higher' | 'lower';
  /** Smallest and largest possible value. */
  readonly range: readonly [number, number];
  /** UCUM unit of the value, where it has one. */
  readonly unit?: string;
  item(input: Input): Item;
  /** The value over items; null where it is not defined (no items, no truth of any kind). */
  of(items: readonly Item[]): number | null;
}

/** What text metrics compare: a reader's text with one or several references. */
export interface TextPair {
  readonly prediction: string;
  readonly references: readonly string[];
}

/** A metric over statistics that are there already: what a published benchmark reports. */
export interface Summary<Item> extends Omit<Metric<never, Item>, 'item' | 'source'> {
  /**
   * Present when the value is the plain mean of one number per item (null: the item is not in the denominator): means
   * in 0…1 get the better-behaved intervals of proportions.
   */
  readonly each?: (item: Item) => number | null;
  /** Expected value of the chance reader on these items, and what that reader is. Absent: no such thing. */
  readonly chance?: { readonly name: string; of(items: readonly Item[]): number | null };
}

/** A summary that is the mean of one number per item. */
export function meanOf<Item>(
  about: Pick<Summary<Item>, 'id' | 'summary'> & Partial<Summary<Item>>,
  each: (item: Item) => number | null,
): Summary<Item> {
  return {
    better: 'higher',
    range: [0, 1],
    ...about,
    each,
    of(items) {
      let sum = 0;
      let n = 0;
      for (const item of items) {
        const value = each(item);
        if (value === null) continue;
        sum += value;
        n++;
      }
      return n === 0 ? null : sum / n;
    },
  };
}

/** A metric as a summary of items of which it is one part: `pick` takes its own statistics out of an item. */
export function summaryOf<Input, Own, Item>(
  metric: Metric<Input, Own>,
  pick: (item: Item) => Own,
): Summary<Item> {
  const { id, summary, better, range, unit } = metric;
  return {
    id,
    summary,
    better,
    range,
    ...(unit === undefined ? {} : { unit }),
    of: (items) => metric.of(items.map(pick)),
  };
}

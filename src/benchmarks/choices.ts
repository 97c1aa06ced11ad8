// What benchmarks of lettered options share: options, measured choices, accuracies over items and over groups.
import type { Option } from '../domain/question.ts';
import { meanOf, type Summary } from '../scoring/metric.ts';
import type { Measured, PublishedItem, PublishedRecord, Reply } from './published.ts';
import type { Parsed } from './replies.ts';

export interface ChoiceReference {
  readonly letter: string;
}

/** Statistics of one measured choice. */
export interface ChoiceItem {
  /** 0 or 1; null where the released evaluator leaves the item out. */
  readonly right: number | null;
  /** Expected score of guessing among the options. */
  readonly guess: number;
  readonly facets: Readonly<Record<string, string>>;
}

/** Options A, B, C … in the order given; empty texts (unused columns) are left out and keep no letter. */
export function lettered(texts: readonly (string | null | undefined)[]): Option[] {
  return texts.flatMap((text, at) =>
    text === null || text === undefined || text.trim() === ''
      ? []
      : [{ letter: String.fromCharCode(65 + at), text }],
  );
}

/** "A. text" lines. */
export function optionLines(options: readonly Option[], mark = '.'): string {
  return options.map(({ letter, text }) => `${letter}${mark} ${text}`).join('\n');
}

export function choiceItem(item: PublishedItem, right: number | null): ChoiceItem {
  return { right, guess: item.options.length === 0 ? 0 : 1 / item.options.length, facets: item.facets ?? {} };
}

/** Reads a reply with the protocol's rule. Failed, refused and unparsed replies are wrong. */
export function measureChoice(
  { item, reference }: PublishedRecord<ChoiceReference>,
  { text, status }: Reply,
  read: (text: string) => Parsed<string>,
): Measured<ChoiceItem> {
  if (status === 'failed' || status === 'refused') return { outcome: status, item: choiceItem(item, 0) };
  const found = read(text);
  if (!found.ok)
    return { outcome: found.refused === true ? 'refused' : 'unparsed', item: choiceItem(item, 0) };
  return { outcome: 'scored', item: choiceItem(item, Number(found.value === reference.letter)) };
}

const guessing = {
  name: 'random option',
  of: (items: readonly ChoiceItem[]) => {
    const counted = items.filter(({ right }) => right !== null);
    return counted.length === 0 ? null : counted.reduce((sum, { guess }) => sum + guess, 0) / counted.length;
  },
};

/** Right choices per question. */
export function accuracy(summary = 'right choices of all questions'): Summary<ChoiceItem> {
  return meanOf<ChoiceItem>({ id: 'accuracy', summary, chance: guessing }, ({ right }) => right);
}

/** The mean of the accuracies in the groups that a facet makes; groups count alike, whatever their size. */
export function macroAccuracy(
  facet: string,
  id = `macro-${facet.replace(/\s+/g, '-')}`,
): Summary<ChoiceItem> {
  const over = (items: readonly ChoiceItem[], of: (item: ChoiceItem) => number | null): number | null => {
    const groups = new Map<string, { sum: number; n: number }>();
    for (const item of items) {
      const value = of(item);
      const name = item.facets[facet];
      if (value === null || name === undefined) continue;
      const group = groups.get(name) ?? { sum: 0, n: 0 };
      groups.set(name, { sum: group.sum + value, n: group.n + 1 });
    }
    const means = [...groups.values()].map(({ sum, n }) => sum / n);
    return means.length === 0 ? null : means.reduce((sum, mean) => sum + mean, 0) / means.length;
  };
  return {
    id,
    summary: `mean of the accuracies by ${facet}`,
    better: 'higher',
    range: [0, 1],
    of: (items) => over(items, ({ right }) => right),
    chance: { name: 'random option', of: (items) => over(items, ({ guess }) => guess) },
  };
}

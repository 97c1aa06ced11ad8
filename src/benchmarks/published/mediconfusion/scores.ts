// MediConfusion's scores: a pair counts only when both of its pictures are answered right.

import type { Protocol } from '../../../domain/report.ts';
import { meanOf, type Summary } from '../../../scoring/metric.ts';
import type { Letter } from './records.ts';

/** One reply. `choice` is null for an invalid one; `judged` is false when nobody could say what it chooses. */
export interface Item {
  readonly pair: string;
  readonly place: 1 | 2;
  readonly key: Letter;
  readonly choice: Letter | null;
  readonly judged: boolean;
  readonly categories: readonly string[];
  readonly otherCategories: readonly string[];
}

interface Counts {
  pairs: number;
  bothRight: number;
  bothValid: number;
  same: number;
}

/**
 * Pairs counted as often as `weight` says of their two pictures together. The k-th reply to one picture belongs with
 * the k-th to the other, so that repeats and resampled clusters stay together.
 */
function countPairs(items: readonly Item[], weight: (item: Item) => number): Counts {
  const byPair = new Map<string, readonly [Item[], Item[]]>();
  for (const item of items) {
    if (!item.judged) continue;
    const sides = byPair.get(item.pair) ?? [[], []];
    byPair.set(item.pair, sides);
    sides[item.place - 1].push(item);
  }
  const counts = { pairs: 0, bothRight: 0, bothValid: 0, same: 0 };
  for (const [first, second] of byPair.values())
    for (let k = 0; k < Math.min(first.length, second.length); k++) {
      const [a, b] = [first[k], second[k]];
      const w = weight(a) + weight(b);
      counts.pairs += w;
      if (a.choice === null || b.choice === null) continue;
      counts.bothValid += w;
      if (a.choice === b.choice) counts.same += w;
      else if (a.choice === a.key && b.choice === b.key) counts.bothRight += w;
    }
  return counts;
}

const all = () => 1;
const ratio = (part: number, whole: number, empty: number | null): number | null =>
  whole === 0 ? empty : part / whole;

const letterByChance = (value: number): Summary<Item>['chance'] => ({
  name: 'a letter by chance',
  of: () => value,
});

/** In pairs of different categories a picture counts for its own. */
function setAccuracy(weight: (item: Item) => number): Summary<Item> {
  return {
    id: 'set-accuracy',
    summary: 'pairs of which both pictures are answered right',
    better: 'higher',
    range: [0, 1],
    chance: letterByChance(1 / 4),
    of(items) {
      const { bothRight, pairs } = countPairs(items, weight);
      return ratio(bothRight, pairs, null);
    },
  };
}

function individualAccuracy(counts: (item: Item) => boolean): Summary<Item> {
  return meanOf<Item>(
    { id: 'individual-accuracy', summary: 'pictures answered right', chance: letterByChance(1 / 2) },
    (item) => (item.judged && counts(item) ? Number(item.choice === item.key) : null),
  );
}

/** Where no pair is valid the release prints 0; strict says that there is nothing to say. */
function confusion(weight: (item: Item) => number, empty: number | null): Summary<Item> {
  return {
    id: 'confusion',
    summary: 'pairs with the same choice for both pictures, of those with two valid ones',
    better: 'lower',
    range: [0, 1],
    chance: letterByChance(1 / 2),
    of(items) {
      const { same, bothValid } = countPairs(items, weight);
      return ratio(same, bothValid, empty);
    },
  };
}

export function metrics(protocol: Protocol): Summary<Item>[] {
  const empty = protocol === 'published' ? 0 : null;
  return [
    setAccuracy(all),
    individualAccuracy(() => true),
    confusion(all, empty),
    meanOf<Item>(
      { id: 'invalid', summary: 'replies that choose no option', better: 'lower' },
      ({ judged, choice }) => (judged ? Number(choice === null) : null),
    ),
    {
      id: 'precision',
      summary: 'pairs with both right, of those with two valid and different choices',
      better: 'higher',
      range: [0, 1],
      chance: letterByChance(1 / 2),
      of(items) {
        const { bothRight, bothValid, same } = countPairs(items, all);
        return ratio(bothRight, bothValid - same, empty);
      },
    },
  ];
}

/**
 * Scores by category, as released: a pair counts once for each of its pictures that is of the category, so that the
 * denominators are occurrences of pictures.
 */
export function categoryMetrics(category: string, protocol: Protocol): Summary<Item>[] {
  const of = ({ categories }: Item): boolean => categories.includes(category);
  const weight = (item: Item): number => Number(of(item));
  return [
    setAccuracy(weight),
    individualAccuracy(of),
    confusion(weight, protocol === 'published' ? 0 : null),
  ];
}

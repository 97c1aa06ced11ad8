// Near-duplicates among what was found: the same words twice are no second opinion.
import { wordsOf } from './bm25.ts';

/** Runs of so many words are compared. */
const RUN = 3;
/** Share of common runs from which two texts count as the same. */
export const SAME_FROM = 0.9;

function runsOf(text: string): ReadonlySet<string> {
  const words = wordsOf(text);
  if (words.length <= RUN) return new Set([words.join(' ')]);
  const runs = new Set<string>();
  for (let at = 0; at + RUN <= words.length; at++) runs.add(words.slice(at, at + RUN).join(' '));
  return runs;
}

function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const run of a) if (b.has(run)) common++;
  return common / (a.size + b.size - common);
}

/**
 * Items in order without those whose text nearly repeats an earlier one's: Jaccard likeness of their three-word runs
 * at least `from`. Texts without words (pictures) are never duplicates.
 */
export function withoutNearDuplicates<Item>(
  items: Iterable<Item>,
  textOf: (item: Item) => string,
  {
    from = SAME_FROM,
    most = Number.POSITIVE_INFINITY,
  }: { readonly from?: number; readonly most?: number } = {},
): Item[] {
  const kept: Item[] = [];
  const seen: ReadonlySet<string>[] = [];
  for (const item of items) {
    if (kept.length >= most) break;
    const runs = runsOf(textOf(item));
    const worded = !(runs.size === 1 && runs.has(''));
    if (worded && seen.some((earlier) => likeness(runs, earlier) >= from)) continue;
    if (worded) seen.push(runs);
    kept.push(item);
  }
  return kept;
}

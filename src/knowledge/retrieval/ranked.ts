// Rankings: passages by place in their corpus, the nearest first.

export interface Ranked {
  /** Place of the passage in the corpus, from 0. */
  readonly at: number;
  /** Higher is nearer. */
  readonly score: number;
}

/** Which places may be returned at all. */
export type Accept = (at: number) => boolean;

/** The nearest first; of equals the earlier in the corpus. */
export const byNearness = (a: Ranked, b: Ranked): number => b.score - a.score || a.at - b.at;

/**
 * The `k` best of `count` places. What is not accepted is never scored; scores that are no numbers never rank.
 * Works in the memory of 2k entries, whatever the corpus.
 */
export function topRanked(
  count: number,
  k: number,
  scoreOf: (at: number) => number,
  accept: Accept = () => true,
): Ranked[] {
  if (k < 1) return [];
  let kept: Ranked[] = [];
  let floor = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < count; at++) {
    if (!accept(at)) continue;
    const score = scoreOf(at);
    if (!(score > floor)) continue;
    kept.push({ at, score });
    if (kept.length < 2 * k) continue;
    kept = kept.sort(byNearness).slice(0, k);
    floor = kept[k - 1].score;
  }
  return kept.sort(byNearness).slice(0, k);
}

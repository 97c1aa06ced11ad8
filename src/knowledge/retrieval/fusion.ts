// Several rankings into one: by reciprocal ranks, or by weighted scores brought to a common scale.
import { byNearness, type Ranked } from './ranked.ts';

/** The constant of reciprocal rank fusion, as first published (Cormack, Clarke and Büttcher, 2009). */
export const RANK_CONSTANT = 60;

/** Sum over rankings of 1 / (constant + rank), ranks from 1; a passage that a ranking lacks gets nothing from it. */
export function reciprocalRankFusion(
  rankings: readonly (readonly Ranked[])[],
  constant: number = RANK_CONSTANT,
): Ranked[] {
  return summed(
    rankings.map((ranking) => ranking.map(({ at }, place) => ({ at, score: 1 / (constant + place + 1) }))),
  );
}

/**
 * Weighted sum of scores, each ranking's brought to 0…1 from its lowest to its highest; a passage that a ranking lacks
 * counts as its lowest. A ranking whose scores are all equal gives 1 to each.
 */
export function weightedFusion(
  rankings: readonly { readonly ranking: readonly Ranked[]; readonly weight: number }[],
): Ranked[] {
  return summed(
    rankings.map(({ ranking, weight }) => {
      const scores = ranking.map(({ score }) => score);
      const low = Math.min(...scores);
      const span = Math.max(...scores) - low;
      return ranking.map(({ at, score }) => ({ at, score: weight * (span > 0 ? (score - low) / span : 1) }));
    }),
  );
}

function summed(rankings: readonly (readonly Ranked[])[]): Ranked[] {
  const sums = new Map<number, number>();
  for (const ranking of rankings)
    for (const { at, score } of ranking) sums.set(at, (sums.get(at) ?? 0) + score);
  return [...sums].map(([at, score]) => ({ at, score })).sort(byNearness);
}

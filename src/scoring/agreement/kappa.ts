// Kappa: agreement of two raters (Cohen), by weights where answers are numbers, and of several (Fleiss), beyond chance.

export type Rating = string | number;
export type KappaWeights = 'none' | 'linear' | 'quadratic';

/** Share of pairs in which both said the same; null without pairs. */
export function agreementShare(pairs: readonly (readonly [Rating, Rating])[]): number | null {
  if (pairs.length === 0) return null;
  return pairs.filter(([a, b]) => a === b).length / pairs.length;
}

/**
 * Cohen's kappa (1960) of two raters, 1 − observed / expected disagreement under their own margins: 1 for full
 * agreement, 0 for chance. Weights (Cohen 1968) make a disagreement as large as the difference of two numbers, or its
 * square. Null without pairs, and where both used one and the same value throughout, so that chance has no meaning.
 */
export function cohenKappa(
  pairs: readonly (readonly [Rating, Rating])[],
  options: { readonly weights?: KappaWeights } = {},
): number | null {
  return pooledKappa([pairs], options);
}

/**
 * Cohen's kappa over strata (kinds of question) in which answers mean different things: disagreement is expected
 * under the margins of each stratum, and both are added up over all. Null where chance has no meaning in any.
 */
export function pooledKappa(
  strata: readonly (readonly (readonly [Rating, Rating])[])[],
  options: { readonly weights?: KappaWeights } = {},
): number | null {
  const distance = distanceOf(options.weights ?? 'none');
  let observed = 0;
  let expected = 0;
  for (const pairs of strata) {
    const own = disagreement(pairs, distance);
    observed += own.observed;
    expected += own.expected;
  }
  return expected === 0 ? null : 1 - observed / expected;
}

/** Summed over pairs; expected as if each rater kept their margin and answered regardless of the unit. */
function disagreement(
  pairs: readonly (readonly [Rating, Rating])[],
  distance: (a: Rating, b: Rating) => number,
): { observed: number; expected: number } {
  let observed = 0;
  const [first, second] = [new Map<Rating, number>(), new Map<Rating, number>()];
  for (const [a, b] of pairs) {
    observed += distance(a, b);
    first.set(a, (first.get(a) ?? 0) + 1);
    second.set(b, (second.get(b) ?? 0) + 1);
  }
  let expected = 0;
  for (const [a, times] of first) for (const [b, of] of second) expected += times * of * distance(a, b);
  return { observed, expected: pairs.length === 0 ? 0 : expected / pairs.length };
}

function distanceOf(weights: KappaWeights): (a: Rating, b: Rating) => number {
  if (weights === 'none') return (a, b) => (a === b ? 0 : 1);
  if (weights === 'linear') return (a, b) => Math.abs(Number(a) - Number(b));
  return (a, b) => (Number(a) - Number(b)) ** 2;
}

/**
 * Fleiss' kappa (1971): as many raters for every unit, whoever they are. Null without units, with fewer than two
 * raters, with units of unequal size, and where only one value was ever used.
 */
export function fleissKappa(units: readonly (readonly Rating[])[]): number | null {
  return pooledFleiss([units]);
}

/** Fleiss' kappa over strata, as `pooledKappa`: chance is that of each stratum. */
export function pooledFleiss(strata: readonly (readonly (readonly Rating[])[])[]): number | null {
  const raters = strata.find(([first]) => first !== undefined)?.[0].length ?? 0;
  if (raters < 2 || strata.some((units) => units.some((ratings) => ratings.length !== raters))) return null;
  let [above, room] = [0, 0];
  for (const units of strata) {
    if (units.length === 0) continue;
    const { observed, expected } = fleissShares(units, raters);
    above += units.length * (observed - expected);
    room += units.length * (1 - expected);
  }
  return room < 1e-12 ? null : above / room;
}

function fleissShares(
  units: readonly (readonly Rating[])[],
  raters: number,
): { observed: number; expected: number } {
  const margin = new Map<Rating, number>();
  let agreeing = 0;
  for (const ratings of units) {
    const counts = new Map<Rating, number>();
    for (const value of ratings) counts.set(value, (counts.get(value) ?? 0) + 1);
    for (const [value, count] of counts) {
      agreeing += count * (count - 1);
      margin.set(value, (margin.get(value) ?? 0) + count);
    }
  }
  const all = units.length * raters;
  const observed = agreeing / (all * (raters - 1));
  let expected = 0;
  for (const count of margin.values()) expected += (count / all) ** 2;
  return { observed, expected };
}

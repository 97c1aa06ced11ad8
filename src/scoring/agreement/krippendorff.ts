// Krippendorff's alpha: agreement of any number of raters beyond chance, with gaps, on a scale that is named.
import type { Metric } from '../metric.ts';

export type Scale = 'nominal' | 'ordinal' | 'interval' | 'ratio';

/** What each rater said of one unit; null where a rater said nothing. Numbers, but for the nominal scale. */
export type Ratings = readonly (string | number | null)[];

/** A unit's pairable values; units with fewer than two ratings say nothing of agreement. */
export type UnitRatings = readonly (string | number)[];

/**
 * Alpha = 1 − observed / expected disagreement over units: 1 for full agreement, 0 for chance, below 0 for less. Null
 * when nothing can be paired, or when only one value was ever used, so that chance has no meaning.
 */
export function krippendorff(units: readonly UnitRatings[], scale: Scale): number | null {
  return pooledKrippendorff([units], scale);
}

/**
 * Alpha over strata (kinds of question) in which values mean different things: disagreement is expected among the
 * values of each stratum, and both are added up over all.
 */
export function pooledKrippendorff(strata: readonly (readonly UnitRatings[])[], scale: Scale): number | null {
  let observed = 0;
  let expected = 0;
  for (const units of strata) {
    const own = disagreement(units, scale);
    observed += own.observed;
    expected += own.expected;
  }
  return expected === 0 ? null : 1 - observed / expected;
}

/** Summed over the pairable values; expected as if values were shuffled among units. */
function disagreement(units: readonly UnitRatings[], scale: Scale): { observed: number; expected: number } {
  const values = valuesOf(units, scale);
  const index = new Map(values.map((value, at) => [value, at]));
  const size = values.length;
  if (size < 2) return { observed: 0, expected: 0 };
  const together = new Float64Array(size * size);
  for (const ratings of units) {
    const m = ratings.length;
    if (m < 2) continue;
    const count = new Float64Array(size);
    for (const value of ratings) count[index.get(value) ?? 0]++;
    for (let c = 0; c < size; c++) {
      if (count[c] === 0) continue;
      for (let k = 0; k < size; k++)
        together[c * size + k] += (count[c] * (count[k] - (c === k ? 1 : 0))) / (m - 1);
    }
  }
  const margin = new Float64Array(size);
  for (let c = 0; c < size; c++) for (let k = 0; k < size; k++) margin[c] += together[c * size + k];
  const n = margin.reduce((sum, value) => sum + value, 0);
  const distance = distances(values, margin, scale);
  let observed = 0;
  let expected = 0;
  for (let c = 0; c < size; c++)
    for (let k = c + 1; k < size; k++) {
      observed += together[c * size + k] * distance(c, k);
      expected += margin[c] * margin[k] * distance(c, k);
    }
  return { observed, expected: expected / (n - 1) };
}

/** Distinct values of units that can be paired, ascending. */
function valuesOf(units: readonly UnitRatings[], scale: Scale): (string | number)[] {
  const found = new Set<string | number>();
  for (const ratings of units) if (ratings.length >= 2) for (const value of ratings) found.add(value);
  const values = [...found];
  return scale === 'nominal' ? values : values.sort((a, b) => Number(a) - Number(b));
}

/** Squared difference of two values by index, c < k. */
function distances(
  values: readonly (string | number)[],
  margin: Float64Array,
  scale: Scale,
): (c: number, k: number) => number {
  if (scale === 'nominal') return () => 1;
  if (scale === 'interval') return (c, k) => (Number(values[c]) - Number(values[k])) ** 2;
  if (scale === 'ratio')
    return (c, k) => {
      const sum = Number(values[c]) + Number(values[k]);
      return sum === 0 ? 0 : ((Number(values[c]) - Number(values[k])) / sum) ** 2;
    };
  return (c, k) => {
    let between = 0;
    for (let g = c; g <= k; g++) between += margin[g];
    return (between - (margin[c] + margin[k]) / 2) ** 2;
  };
}

/** Alpha on a named scale as a metric; an item is a unit. */
export function alphaMetric(scale: Scale): Metric<Ratings, UnitRatings> {
  return {
    id: `krippendorff-alpha-${scale}`,
    summary: `agreement of raters beyond chance, values compared on the ${scale} scale`,
    source: 'Krippendorff, Computing Krippendorff’s Alpha-Reliability, 2011',
    better: 'higher',
    range: [-1, 1],
    item: (ratings) => ratings.filter((value): value is string | number => value !== null),
    of: (units) => krippendorff(units, scale),
  };
}

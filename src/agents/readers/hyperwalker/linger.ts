// Lingering: what of a query is left when what was found has been taken out of it.
import { dot, lengthOf } from '../../../knowledge/retrieval/directions.ts';

/** Below this length nothing worth looking for is left. */
export const LEAST_LEFT = 0.3;

/** The mean of vectors; undefined for none, or when they cancel out to nothing. */
export function meanOf(vectors: readonly ArrayLike<number>[]): Float64Array | undefined {
  const [first] = vectors;
  if (first === undefined) return undefined;
  const mean = new Float64Array(first.length);
  for (const vector of vectors)
    for (let at = 0; at < mean.length; at++) mean[at] += vector[at] / vectors.length;
  return lengthOf(mean) < 1e-12 ? undefined : mean;
}

/**
 * q' = q̂ − proj onto `mean`: orthogonal to it, and never longer than 1. `mean` undefined leaves q̂ as it is. Vectors of
 * another number of dimensions are of another space and take nothing away.
 */
export function leftOf(query: ArrayLike<number>, mean: ArrayLike<number> | undefined): Float64Array {
  const length = lengthOf(query);
  const unit = Float64Array.from(query, (value) => (length === 0 ? 0 : value / length));
  if (mean === undefined || mean.length !== unit.length) return unit;
  const squares = lengthOf(mean) ** 2;
  if (squares === 0) return unit;
  const share = dot(unit, mean) / squares;
  return unit.map((value, at) => value - share * mean[at]);
}

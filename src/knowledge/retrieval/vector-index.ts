// Exact nearest neighbours by cosine: one matrix of unit vectors, every row looked at.
import { OverreadError } from '../../domain/errors.ts';
import { direction } from './directions.ts';
import { type Accept, type Ranked, topRanked } from './ranked.ts';

export interface VectorIndex {
  readonly dims: number;
  /** Cosines with the query, −1…1. Throws `expert-failed` for a query of another space. */
  rank(query: Float32Array, k: number, accept?: Accept): Ranked[];
  /** Cosine of one row with the query. */
  cosine(query: Float32Array, at: number): number;
}

/** The vector at unit length; one without a direction stays zero and is near nothing. */
export function directionOf(vector: ArrayLike<number>): Float32Array {
  return direction(vector) ?? new Float32Array(vector.length);
}

/** @param vectors one for each passage, all of the same length; they need not be unit vectors */
export function vectorIndex(vectors: readonly Float32Array[]): VectorIndex {
  const dims = vectors[0]?.length ?? 0;
  const matrix = new Float32Array(vectors.length * dims);
  for (const [at, vector] of vectors.entries()) {
    if (vector.length !== dims)
      throw new OverreadError(
        'expert-failed',
        `The vectors of the passages have ${dims} and ${vector.length} dimensions: embed all with one encoder.`,
      );
    matrix.set(directionOf(vector), at * dims);
  }
  const dot = (query: Float32Array, at: number): number => {
    let sum = 0;
    for (let dim = 0, place = at * dims; dim < dims; dim++) sum += query[dim] * matrix[place + dim];
    return sum;
  };
  const checked = (query: Float32Array): Float32Array => {
    if (vectors.length === 0 || query.length === dims) return directionOf(query);
    throw new OverreadError(
      'expert-failed',
      `The query has ${query.length} dimensions and the passages ${dims}: embed both with one encoder.`,
    );
  };
  return {
    dims,
    rank(query, k, accept) {
      const unit = checked(query);
      return topRanked(vectors.length, k, (at) => dot(unit, at), accept);
    },
    cosine: (query, at) => dot(checked(query), at),
  };
}

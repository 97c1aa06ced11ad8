// Late interaction: a vector for every token, and a passage as near as its best tokens are to each token of the query.
import { OverreadError } from '../../domain/errors.ts';
import type { EvidenceSpread } from '../../domain/expert.ts';
import { type Accept, type Ranked, topRanked } from './ranked.ts';
import { directionOf } from './vector-index.ts';

/** Vectors of the tokens of one text or picture, row by row. */
export interface TokenRows {
  readonly dims: number;
  readonly data: Float32Array;
}

export const tokenCount = ({ dims, data }: TokenRows): number => (dims === 0 ? 0 : data.length / dims);

/** Rows at unit length. Throws `expert-failed` for rows of several lengths. */
export function tokenRows(vectors: readonly ArrayLike<number>[]): TokenRows {
  const dims = vectors[0]?.length ?? 0;
  const data = new Float32Array(vectors.length * dims);
  for (const [row, vector] of vectors.entries()) {
    if (vector.length !== dims)
      throw new OverreadError(
        'expert-failed',
        'The vectors of one text differ in length: check the encoder.',
      );
    data.set(directionOf(vector), row * dims);
  }
  return { dims, data };
}

/** For each token of the query its best cosine in the passage, and for each of the passage its best in the query. */
function bestOfEach(query: TokenRows, passage: TokenRows): { asked: Float32Array; given: Float32Array } {
  const { dims, data: a } = query;
  const { data: b } = passage;
  const asked = new Float32Array(tokenCount(query)).fill(Number.NEGATIVE_INFINITY);
  const given = new Float32Array(tokenCount(passage)).fill(Number.NEGATIVE_INFINITY);
  const even = dims - (dims % 4);
  for (let q = 0; q < asked.length; q++) {
    const from = q * dims;
    let best = Number.NEGATIVE_INFINITY;
    for (let p = 0; p < given.length; p++) {
      const to = p * dims;
      // Four sums at once do not wait for one another.
      let first = 0;
      let second = 0;
      let third = 0;
      let fourth = 0;
      for (let dim = 0; dim < even; dim += 4) {
        first += a[from + dim] * b[to + dim];
        second += a[from + dim + 1] * b[to + dim + 1];
        third += a[from + dim + 2] * b[to + dim + 2];
        fourth += a[from + dim + 3] * b[to + dim + 3];
      }
      for (let dim = even; dim < dims; dim++) first += a[from + dim] * b[to + dim];
      const sum = first + second + (third + fourth);
      if (sum > best) best = sum;
      if (sum > given[p]) given[p] = sum;
    }
    asked[q] = best;
  }
  return { asked, given };
}

/**
 * Mean over the query's tokens of the best cosine with any token of the passage (MaxSim of ColBERT over the number of
 * the query's tokens, which ranks alike and stays in −1…1). 0 when either has no token.
 */
export function maxSim(query: TokenRows, passage: TokenRows): number {
  if (tokenCount(query) === 0 || tokenCount(passage) === 0) return 0;
  const { asked } = bestOfEach(query, passage);
  return asked.reduce((sum, value) => sum + value, 0) / asked.length;
}

/**
 * How the passage's tokens share in the match, of the best cosine of each with any of the query's: peaky (a large
 * excess kurtosis) when one place of the passage is meant, flat when all of it is equally near. Undefined without tokens.
 */
export function evidenceSpread(query: TokenRows, passage: TokenRows): EvidenceSpread | undefined {
  if (tokenCount(query) === 0 || tokenCount(passage) === 0) return undefined;
  return momentsOf(bestOfEach(query, passage).given);
}

/** Mean, standard deviation (of the population), excess kurtosis (0 for a constant) and greatest value. */
export function momentsOf(values: ArrayLike<number>): EvidenceSpread {
  const n = values.length;
  let sum = 0;
  let max = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < n; at++) {
    sum += values[at];
    if (values[at] > max) max = values[at];
  }
  const mean = sum / n;
  let second = 0;
  let fourth = 0;
  for (let at = 0; at < n; at++) {
    const square = (values[at] - mean) ** 2;
    second += square;
    fourth += square * square;
  }
  const variance = second / n;
  // Rounding of single floats is no spread.
  const flat = variance < 1e-12;
  return {
    mean,
    deviation: flat ? 0 : Math.sqrt(variance),
    kurtosis: flat ? 0 : fourth / n / (variance * variance) - 3,
    max,
    tokens: n,
  };
}

export interface TokenIndex {
  /** Exact MaxSim with every accepted passage; passages without tokens are not ranked. */
  rank(query: TokenRows, k: number, accept?: Accept): Ranked[];
  spread(query: TokenRows, at: number): EvidenceSpread | undefined;
}

/** @param rows tokens of each passage; undefined for one that has none */
export function tokenIndex(rows: readonly (TokenRows | undefined)[]): TokenIndex {
  const dims = rows.find((row) => row !== undefined && row.data.length > 0)?.dims ?? 0;
  const check = (one: TokenRows): TokenRows => {
    if (dims === 0 || one.data.length === 0 || one.dims === dims) return one;
    throw new OverreadError(
      'expert-failed',
      `Tokens have ${one.dims} and ${dims} dimensions: embed queries and passages with one encoder.`,
    );
  };
  for (const row of rows) if (row !== undefined) check(row);
  const has = (at: number): boolean => (rows[at]?.data.length ?? 0) > 0;
  return {
    rank(query, k, accept = () => true) {
      check(query);
      if (query.data.length === 0) return [];
      return topRanked(
        rows.length,
        k,
        (at) => maxSim(query, rows[at] as TokenRows),
        (at) => has(at) && accept(at),
      );
    },
    spread(query, at) {
      const row = rows[at];
      return row === undefined ? undefined : evidenceSpread(check(query), row);
    },
  };
}

// Every pair of pictures that one encoder finds alike and another does not: exact, in blocks over typed arrays.
import { setImmediate } from 'node:timers/promises';
import { OverreadError } from '../../../domain/errors.ts';

/** Unit vectors, row after row. */
export interface Vectors {
  readonly count: number;
  readonly dims: number;
  readonly data: Float32Array;
}

export interface VectorStack {
  /** Throws `expert-failed` for a row of another length than the first. */
  add(row: Float32Array): void;
  all(): Vectors;
}

/** Room for `capacity` rows, taken once, when the first row says how long they are. `of` names the encoder in errors. */
export function vectorStack(capacity: number, of: string): VectorStack {
  let data = new Float32Array();
  let dims = 0;
  let count = 0;
  return {
    add(row) {
      if (count === 0) {
        dims = row.length;
        data = new Float32Array(capacity * dims);
      }
      if (row.length !== dims)
        throw new OverreadError(
          'expert-failed',
          `${of} gives vectors of ${dims} and of ${row.length} dimensions: compute them with one encoder.`,
        );
      data.set(row, count * dims);
      count++;
    },
    all: () => ({ count, dims, data: data.subarray(0, count * dims) }),
  };
}

export interface MinedPair {
  /** Rows, the smaller one first. */
  readonly first: number;
  readonly second: number;
  /** Cosines by the encoder that should find them alike, and by the one that should not. */
  readonly alike: number;
  readonly apart: number;
}

export interface SearchOptions {
  /** Least cosine by the first encoder. */
  readonly above: number;
  /** Cosine by the second encoder that is not reached. */
  readonly below: number;
  /** Pairs kept: those with the largest distance between the two cosines. */
  readonly keep: number;
  /** Pairs that are no candidates, such as two pictures of one patient. */
  readonly excluded?: (first: number, second: number) => boolean;
  readonly signal?: AbortSignal;
  /** Rows done with so far. */
  readonly onRows?: (done: number) => void;
}

export interface Mined {
  /** Best first; equal ones in the order of their rows. */
  readonly pairs: readonly MinedPair[];
  /** How many there were, also those not kept. */
  readonly found: number;
}

/** Rows of a block: two blocks of 512 dimensions in double precision take half a megabyte. */
const BLOCK = 64;
const AT_ONCE = 4;

const better = (a: MinedPair, b: MinedPair): number =>
  b.alike - b.apart - (a.alike - a.apart) || a.first - b.first || a.second - b.second;

/** Lengths of what remains of each row from dimension `from` on. */
function tails({ count, dims, data }: Vectors, from: number): Float64Array {
  const lengths = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    let squares = 0;
    for (let at = row * dims + from; at < (row + 1) * dims; at++) squares += data[at] * data[at];
    lengths[row] = Math.sqrt(squares);
  }
  return lengths;
}

function cosineOf({ dims, data }: Vectors, first: number, second: number): number {
  let sum = 0;
  for (let a = first * dims, b = second * dims, end = a + dims; a < end; a++, b++) sum += data[a] * data[b];
  return sum;
}

interface Step {
  /** Dimensions summed up when this step ends. */
  readonly to: number;
  readonly tails: Float64Array;
}

/** Rows of a block in double precision: converting each value once instead of at every product halves the time. */
function blockOf({ dims, data }: Vectors, from: number, to: number, into: Float64Array): Float64Array {
  into.set(data.subarray(from * dims, to * dims));
  return into;
}

/**
 * Cosines of one row of a block with four rows of another into `sums`. After each step it gives up when none of the
 * four can reach `above` any more (Cauchy–Schwarz on what remains), so the search stays exact. `row` and `other` count
 * in all rows, `a` and `b` are where they begin in their blocks.
 */
function fourCosines(
  rows: { readonly left: Float64Array; readonly right: Float64Array; readonly dims: number },
  place: { row: number; other: number; a: number; b: number },
  above: number,
  steps: readonly Step[],
  sums: Float64Array,
): boolean {
  const { left, right, dims } = rows;
  const { row, other } = place;
  let [a, b] = [place.a, place.b];
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const [two, three] = [2 * dims, 3 * dims];
  for (const { to, tails: rest } of steps) {
    for (const end = place.a + to; a < end; a++, b++) {
      const x = left[a];
      s0 += x * right[b];
      s1 += x * right[b + dims];
      s2 += x * right[b + two];
      s3 += x * right[b + three];
    }
    const own = rest[row];
    if (
      s0 + own * rest[other] < above &&
      s1 + own * rest[other + 1] < above &&
      s2 + own * rest[other + 2] < above &&
      s3 + own * rest[other + 3] < above
    )
      return false;
  }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
  return true;
}

/** Rounding of single-precision rows must not lose a pair at the threshold itself. */
const SLACK = 1e-9;

/**
 * Memory beyond the vectors: two lengths a row and at most twice `keep` pairs. Time grows with the square of the rows.
 * Throws what `signal` says.
 */
export async function confusablePairs(
  alike: Vectors,
  apart: Vectors,
  options: SearchOptions,
): Promise<Mined> {
  const { above, below, keep, excluded, signal, onRows } = options;
  const { count, dims } = alike;
  const steps = [...new Set([dims >> 3, dims >> 1, dims])]
    .filter((to) => to > 0)
    .map((to) => ({ to, tails: tails(alike, to) }));
  const sums = new Float64Array(AT_ONCE);
  const place = { row: 0, other: 0, a: 0, b: 0 };
  const blocks = [new Float64Array(BLOCK * dims), new Float64Array(BLOCK * dims)];
  let pairs: MinedPair[] = [];
  let found = 0;
  const consider = (first: number, second: number, cosine: number): void => {
    if (!(cosine >= above) || excluded?.(first, second) === true) return;
    const other = cosineOf(apart, first, second);
    if (!(other < below)) return;
    found++;
    pairs.push({ first, second, alike: cosine, apart: other });
    if (pairs.length >= 2 * keep) pairs = pairs.sort(better).slice(0, keep);
  };
  for (let top = 0; top < count; top += BLOCK) {
    const bottom = Math.min(count, top + BLOCK);
    const leftRows = blockOf(alike, top, bottom, blocks[0]);
    for (let left = top; left < count; left += BLOCK) {
      const right = Math.min(count, left + BLOCK);
      const rows = { left: leftRows, right: blockOf(alike, left, right, blocks[1]), dims };
      for (let row = top; row < bottom; row++) {
        let other = Math.max(left, row + 1);
        place.row = row;
        place.a = (row - top) * dims;
        for (; other + AT_ONCE <= right; other += AT_ONCE) {
          place.other = other;
          place.b = (other - left) * dims;
          if (!fourCosines(rows, place, above - SLACK, steps, sums)) continue;
          for (let k = 0; k < AT_ONCE; k++) consider(row, other + k, sums[k]);
        }
        for (; other < right; other++) consider(row, other, cosineOf(alike, row, other));
      }
      signal?.throwIfAborted();
      // The event loop runs between blocks, so that a user can stop the search.
      if (((left - top) / BLOCK) % 64 === 0) await setImmediate();
    }
    onRows?.(bottom);
  }
  return { pairs: pairs.sort(better).slice(0, keep), found };
}

// Lengths and directions of embeddings.

/** Euclidean length. */
export function lengthOf(vector: ArrayLike<number>): number {
  let squares = 0;
  for (let at = 0; at < vector.length; at++) squares += vector[at] * vector[at];
  return Math.sqrt(squares);
}

/** The vector at unit length; undefined for one without a direction. */
export function direction(vector: ArrayLike<number>): Float32Array | undefined {
  const length = lengthOf(vector);
  if (!Number.isFinite(length) || length === 0) return undefined;
  return Float32Array.from(vector, (value) => value / length);
}

/** Sum of products, over the first vector's dimensions: of unit vectors of one space, their cosine. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}

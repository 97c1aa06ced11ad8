// Directions of embeddings: unit length, cosine, and what softmax makes of logits.
import { OverreadError } from '../../domain/errors.ts';

/** The vector at unit length. Throws `expert-failed` for one without a direction. */
export function unit(vector: ArrayLike<number>, of: string): Float32Array {
  let squares = 0;
  for (let at = 0; at < vector.length; at++) squares += vector[at] * vector[at];
  const length = Math.sqrt(squares);
  if (!Number.isFinite(length) || length === 0)
    throw new OverreadError('expert-failed', `The embedding of ${of} has no direction: check the encoder.`);
  return Float32Array.from(vector, (value) => value / length);
}

/** Cosine of two unit vectors. Throws `expert-failed` when they are of different spaces. */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length)
    throw new OverreadError(
      'expert-failed',
      `Pictures have ${a.length} dimensions and texts ${b.length}: give two sides of one encoder.`,
    );
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}

/** Probabilities of logits. */
export function softmax(logits: readonly number[]): number[] {
  const top = Math.max(...logits);
  const raised = logits.map((logit) => Math.exp(logit - top));
  const sum = raised.reduce((total, value) => total + value, 0);
  return raised.map((value) => value / sum);
}

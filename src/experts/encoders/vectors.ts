// Directions of embeddings: unit length, cosine, and what softmax makes of logits.
import { OverreadError } from '../../domain/errors.ts';
import { direction, dot } from '../../knowledge/retrieval/directions.ts';

/** The vector at unit length. Throws `expert-failed` for one without a direction. */
export function unit(vector: ArrayLike<number>, of: string): Float32Array {
  const found = direction(vector);
  if (found === undefined)
    throw new OverreadError('expert-failed', `The embedding of ${of} has no direction: check the encoder.`);
  return found;
}

/** Cosine of two unit vectors. Throws `expert-failed` when they are of different spaces. */
export function cosine(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length)
    throw new OverreadError(
      'expert-failed',
      `Pictures have ${a.length} dimensions and texts ${b.length}: give two sides of one encoder.`,
    );
  return dot(a, b);
}

/** Probabilities of logits. */
export function softmax(logits: readonly number[]): number[] {
  const top = Math.max(...logits);
  const raised = logits.map((logit) => Math.exp(logit - top));
  const sum = raised.reduce((total, value) => total + value, 0);
  return raised.map((value) => value / sum);
}

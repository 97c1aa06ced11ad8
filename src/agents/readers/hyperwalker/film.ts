// The query: a picture's vector, modulated by the record's, and the scores of a trained walker where weights are given.

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as z from 'zod';
import { messageOf, OverreadError } from '../../../domain/errors.ts';
import { direction } from '../../../knowledge/retrieval/directions.ts';

const layer = z.object({ weight: z.array(z.array(z.number())), bias: z.array(z.number()) });
type Layer = z.infer<typeof layer>;

const weights = z.object({
  /** From the record's vector to γ and β of the picture's. Absent: zero, as it is initialised. */
  film: z.object({ gamma: layer, beta: layer }).optional(),
  /** [query; node] → hidden, ReLU → score. Absent: the cosine. */
  walker: z.object({ hidden: layer, score: layer }).optional(),
});
export type WalkerWeights = z.infer<typeof weights>;

/** Trained weights as JSON. Throws `file-not-found` or `file-corrupt`. */
export async function readWeights(path: string): Promise<WalkerWeights> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new OverreadError('file-not-found', `There are no weights "${basename(path)}": check the path.`, {
      cause,
    });
  });
  try {
    return weights.parse(JSON.parse(text));
  } catch (cause) {
    throw new OverreadError(
      'file-corrupt',
      `${basename(path)} holds no weights of film and walker (${messageOf(cause).slice(0, 120)}).`,
      { cause },
    );
  }
}

function linear({ weight, bias }: Layer, input: ArrayLike<number>): Float64Array {
  if (weight.some((row) => row.length !== input.length) || weight.length !== bias.length)
    throw new OverreadError(
      'bad-argument',
      `The weights are made for vectors of ${weight[0]?.length ?? 0} dimensions, and these have ${input.length}.`,
    );
  return Float64Array.from(weight, (row, at) => row.reduce((sum, w, i) => sum + w * input[i], bias[at]));
}

/** Mean 0 and variance 1 over the dimensions. */
export function layerNorm(vector: ArrayLike<number>): Float64Array {
  const n = vector.length;
  let mean = 0;
  for (let at = 0; at < n; at++) mean += vector[at] / n;
  let variance = 0;
  for (let at = 0; at < n; at++) variance += (vector[at] - mean) ** 2 / n;
  const scale = 1 / Math.sqrt(variance + 1e-5);
  return Float64Array.from(vector, (value) => (value - mean) * scale);
}

/**
 * LayerNorm(v + γ⊙v + β) at unit length, γ and β from the record's vector. Without weights both are zero, and the
 * record changes nothing.
 */
export function filmQuery(
  picture: Float32Array,
  record: Float32Array | undefined,
  film: WalkerWeights['film'],
): Float32Array | undefined {
  if (film === undefined || record === undefined) return direction(layerNorm(picture));
  const [gamma, beta] = [linear(film.gamma, record), linear(film.beta, record)];
  if (gamma.length !== picture.length || beta.length !== picture.length)
    throw new OverreadError('bad-argument', 'The film weights are made for pictures of another encoder.');
  return direction(
    layerNorm(Float64Array.from(picture, (value, at) => value + gamma[at] * value + beta[at])),
  );
}

/** A walker's score of a node for a query: the given perceptron's, or the cosine. */
export function walkerScore(
  walker: WalkerWeights['walker'],
): ((query: Float32Array, node: Float32Array) => number) | undefined {
  if (walker === undefined) return undefined;
  return (query, node) => {
    const hidden = linear(walker.hidden, [...query, ...node]).map((value) => Math.max(0, value));
    return linear(walker.score, hidden)[0];
  };
}

// Said and wanted entities matched one to one as well as can be, by the likeness of their texts.
import { dot, lengthOf } from '../../knowledge/retrieval/directions.ts';

/** Makes texts comparable: one vector for each text, all of one length. */
export interface TextVectors {
  encode(texts: readonly string[]): Promise<readonly ArrayLike<number>[]>;
}

/** −1…1; 0 where one vector is all zeros. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const lengths = lengthOf(a) * lengthOf(b);
  return lengths === 0 ? 0 : dot(a, b) / lengths;
}

/** Cosine of every said text (rows) with every wanted one (columns). */
export async function likenessOf(
  said: readonly string[],
  wanted: readonly string[],
  vectors: TextVectors,
): Promise<number[][]> {
  const all = await vectors.encode([...said, ...wanted]);
  const right = all.slice(said.length);
  return all.slice(0, said.length).map((vector) => right.map((other) => cosine(vector, other)));
}

// Said and wanted entities matched one to one as well as can be, by the likeness of their texts.

/** Makes texts comparable: one vector for each text, all of one length. */
export interface TextVectors {
  encode(texts: readonly string[]): Promise<readonly ArrayLike<number>[]>;
}

/** −1…1; 0 where one vector is all zeros. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [both, left, right] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    both += a[at] * b[at];
    left += a[at] ** 2;
    right += b[at] ** 2;
  }
  return left === 0 || right === 0 ? 0 : both / Math.sqrt(left * right);
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

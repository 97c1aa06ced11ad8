// Counts of n-grams: runs of n tokens, joined so that no two different runs look alike.

/** Separates the tokens of an n-gram; it is in no token, since every tokenizer here splits or drops it. */
const JOINT = '\u001f';

/** How often each run of `n` tokens occurs. */
export function ngramCounts(tokens: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + n <= tokens.length; start++) {
    const gram = n === 1 ? tokens[start] : tokens.slice(start, start + n).join(JOINT);
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

/** Occurrences that two counts share: Σ min. */
export function overlap(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let shared = 0;
  for (const [gram, count] of a) shared += Math.min(count, b.get(gram) ?? 0);
  return shared;
}

/** The largest count of each n-gram over several texts: what BLEU clips by. */
export function largestCounts(texts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const largest = new Map<string, number>();
  for (const counts of texts)
    for (const [gram, count] of counts) largest.set(gram, Math.max(largest.get(gram) ?? 0, count));
  return largest;
}

// How alike two texts are by their longest common blocks (Ratcliff and Obershelp), as Python's difflib counts it.

interface Block {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

/**
 * 2 · M / T: M characters in matching blocks, T of both texts; 1 for two empty texts. As in difflib, characters that
 * are frequent in a `b` of 200 or more are not matched by themselves, only next to others; the order of the two counts.
 * @example sequenceRatio('abcd', 'bcde') // 0.75
 */
export function sequenceRatio(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  if (left.length + right.length === 0) return 1;
  const places = placesOf(right);
  let matched = 0;
  const open: (readonly [number, number, number, number])[] = [[0, left.length, 0, right.length]];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    const [aFrom, aTo, bFrom, bTo] = part;
    const { a: i, b: j, size } = longest(left, right, places, part);
    if (size === 0) continue;
    matched += size;
    if (aFrom < i && bFrom < j) open.push([aFrom, i, bFrom, j]);
    if (i + size < aTo && j + size < bTo) open.push([i + size, aTo, j + size, bTo]);
  }
  return (2 * matched) / (left.length + right.length);
}

/** Where each character stands, without those that fill more than a hundredth of a long text. */
function placesOf(text: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  text.forEach((character, at) => {
    const known = places.get(character);
    if (known === undefined) places.set(character, [at]);
    else known.push(at);
  });
  if (text.length >= 200) {
    const most = Math.floor(text.length / 100) + 1;
    for (const [character, found] of places) if (found.length > most) places.delete(character);
  }
  return places;
}

/** The longest block in the part, the earliest in `a`, then in `b`; grown over neighbours that are alike. */
function longest(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  [aFrom, aTo, bFrom, bTo]: readonly [number, number, number, number],
): Block {
  let best: Block = { a: aFrom, b: bFrom, size: 0 };
  let lengths = new Map<number, number>();
  for (let i = aFrom; i < aTo; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(a[i]) ?? []) {
      if (j < bFrom) continue;
      if (j >= bTo) break;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    lengths = next;
  }
  let { a: i, b: j, size } = best;
  while (i > aFrom && j > bFrom && a[i - 1] === b[j - 1]) {
    i--;
    j--;
    size++;
  }
  while (i + size < aTo && j + size < bTo && a[i + size] === b[j + size]) size++;
  return { a: i, b: j, size };
}

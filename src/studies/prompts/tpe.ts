// A tree-structured Parzen estimator over choices: proposes what good trials chose more often than the others did.
import type { Random } from '../../domain/random.ts';

export interface Observation {
  /** One choice per dimension, 0-based. */
  readonly choice: readonly number[];
  /** More is better. */
  readonly value: number;
}

export interface TpeOptions {
  /** Number of choices in each dimension. */
  readonly sizes: readonly number[];
  /** Share of the observations that count as good. Default 0.25. */
  readonly good?: number;
  /** Trials drawn at random before the estimate is used. Default 4. */
  readonly startup?: number;
  /** Choices drawn from the good density, of which the most promising is taken. Default 4. */
  readonly draws?: number;
  /** Choices that may still be made; default all. */
  readonly open?: (choice: readonly number[]) => boolean;
}

/** Draws without an open choice among them, after which open ones are sought one by one. */
const MOST_DRAWS = 200;

/**
 * The next choice, by Bergstra et al. (2011) for categorical dimensions: choices are drawn from the density of the good
 * observations, and the one with the largest ratio of good to other density is taken. One pseudo-count spread over each
 * dimension keeps every choice possible. Undefined when no choice is open.
 */
export function nextChoice(
  observed: readonly Observation[],
  options: TpeOptions,
  rng: Random,
): number[] | undefined {
  const { sizes, good = 0.25, startup = 4, draws = 4, open = () => true } = options;
  const ranked = merged(observed).sort((a, b) => b.value - a.value);
  const early = ranked.length < startup;
  const cut = Math.max(1, Math.ceil(good * ranked.length));
  const above = densities(early ? [] : ranked.slice(0, cut), sizes);
  const below = densities(early ? [] : ranked.slice(cut), sizes);
  let best: number[] | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (let draw = 0, found = 0; found < draws && draw < MOST_DRAWS; draw++) {
    const choice = above.map((density) => drawn(density, rng));
    if (!open(choice)) continue;
    found++;
    const ratio = choice.reduce((sum, c, at) => sum + Math.log(above[at][c] / below[at][c]), 0);
    if (ratio > most) [best, most] = [choice, ratio];
  }
  if (best !== undefined) return best;
  const left = every(sizes).filter(open);
  return left.length === 0 ? undefined : rng.pick(left);
}

function every([size, ...rest]: readonly number[]): number[][] {
  if (size === undefined) return [[]];
  const tails = every(rest);
  return Array.from({ length: size }, (_, c) => tails.map((tail) => [c, ...tail])).flat();
}

/** Repeats of a choice as one observation of their mean: else what is proposed often would look good by being many. */
function merged(observed: readonly Observation[]): Observation[] {
  return [...Map.groupBy(observed, ({ choice }) => choice.join('/')).values()].map((own) => ({
    choice: own[0].choice,
    value: own.reduce((sum, { value }) => sum + value, 0) / own.length,
  }));
}

function densities(observed: readonly Observation[], sizes: readonly number[]): number[][] {
  return sizes.map((size, at) => {
    const counts = new Array<number>(size).fill(1 / size);
    for (const { choice } of observed) counts[choice[at]]++;
    return counts.map((count) => count / (observed.length + 1));
  });
}

function drawn(density: readonly number[], rng: Random): number {
  let left = rng.next();
  for (let c = 0; c < density.length; c++) {
    left -= density[c];
    if (left < 0) return c;
  }
  return density.length - 1;
}

// The surrogate: what good trials have in common is proposed more often, and nothing becomes impossible.
import { describe, expect, it } from 'vitest';
import { random } from '../../domain/random.ts';
import { nextChoice, type Observation } from './tpe.ts';

const sizes = [6, 6];
/** A separable landscape with its top at (4, 2). */
const worth = ([a, b]: readonly number[]) => -Math.abs(a - 4) - Math.abs(b - 2);

/** Trials until the top is chosen. */
function trialsToTop(
  seed: number,
  draw: (observed: Observation[], rng: ReturnType<typeof random>) => number[] | undefined,
): number {
  const rng = random(seed, 'tpe');
  const observed: Observation[] = [];
  for (let trial = 1; trial <= 400; trial++) {
    const choice = draw(observed, rng);
    if (choice === undefined) break;
    const value = worth(choice);
    if (value === 0) return trial;
    observed.push({ choice, value });
  }
  return 400;
}

describe('the tree-structured Parzen estimator', () => {
  it('draws uniformly before it has seen enough', () => {
    const rng = random(1);
    const counts = new Array(6).fill(0);
    for (let i = 0; i < 6000; i++) counts[nextChoice([], { sizes: [6] }, rng)?.[0] ?? 6]++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('takes the draw with the largest ratio of good to other density', () => {
    // The best of four trials chose (0, 0). With one pseudo-count spread over each dimension the good and the other
    // density of the first are (1.5, 0.5)/2 and (0.5, 3.5)/4, a ratio of 6 against 0.29; of the second, 10 against 0.4.
    const observed = [
      { choice: [0, 0], value: 1 },
      { choice: [1, 1], value: 0 },
      { choice: [1, 2], value: 0 },
      { choice: [1, 3], value: 0 },
    ];
    for (let seed = 0; seed < 50; seed++)
      expect(nextChoice(observed, { sizes: [2, 4], draws: 24 }, random(seed))).toEqual([0, 0]);
  });

  it('proposes a choice that was never tried now and then', () => {
    const observed = Array.from({ length: 8 }, (_, i) => ({ choice: [i % 2], value: i }));
    const seen = new Set(
      Array.from(
        { length: 200 },
        (_, seed) => nextChoice(observed, { sizes: [3], draws: 4 }, random(seed))?.[0],
      ),
    );
    expect(seen).toContain(2);
  });

  it('a choice repeated often is one observation: it does not look good by being many', () => {
    const often = Array.from({ length: 20 }, () => ({ choice: [1], value: 0.5 }));
    const observed = [
      ...often,
      { choice: [0], value: 1 },
      { choice: [2], value: 0 },
      { choice: [3], value: 0 },
    ];
    for (let seed = 0; seed < 20; seed++)
      expect(nextChoice(observed, { sizes: [4], draws: 16 }, random(seed))).toEqual([0]);
  });

  it('makes open choices only, the last one too, and none when none is left', () => {
    const observed = [0, 1, 2, 3].map((c) => ({ choice: [c, 0], value: c }));
    const only = (choice: readonly number[]) => choice[0] === 2 && choice[1] === 5;
    expect(nextChoice(observed, { sizes, open: only }, random(1))).toEqual([2, 5]);
    expect(nextChoice(observed, { sizes, open: () => false }, random(1))).toBeUndefined();
  });

  it('finds the top of a separable landscape in fewer trials than drawing does', () => {
    const mean = (draw: Parameters<typeof trialsToTop>[1]) =>
      Array.from({ length: 60 }, (_, seed) => trialsToTop(seed, draw)).reduce((sum, n) => sum + n, 0) / 60;
    const fresh = (observed: readonly Observation[]) => (choice: readonly number[]) =>
      !observed.some((known) => known.choice.join() === choice.join());
    // Drawing 36 choices without repeats takes 18.5 trials on average.
    const drawn = mean((observed, rng) => nextChoice([], { sizes, draws: 1, open: fresh(observed) }, rng));
    const guided = mean((observed, rng) => nextChoice(observed, { sizes, open: fresh(observed) }, rng));
    expect(Math.abs(drawn - 18.5)).toBeLessThan(4.5);
    expect(guided).toBeLessThan(0.65 * drawn);
  });
});

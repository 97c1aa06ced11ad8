// Sign-flip permutation test: under no difference a patient's sum of differences may as well have the other sign.
import { random } from '../../domain/random.ts';

/** Up to this many patients with a difference, all sign patterns are enumerated. */
const ENUMERATED = 12;

export interface SignFlip {
  /** Two-sided. */
  readonly p: number;
  readonly exact: boolean;
}

/**
 * Two-sided p of Σ differences, one number per patient (the sum of his or her paired differences), when each may
 * change its sign. Exact for up to 12 patients who differ (2¹² patterns); else `draws` random patterns (default
 * 9,999), counted with the observed one so that p is never 0.
 */
export function signFlip(
  differences: ArrayLike<number>,
  options: { seed: string; draws?: number },
): SignFlip {
  const sizes: number[] = [];
  let observed = 0;
  for (let i = 0; i < differences.length; i++) {
    if (differences[i] === 0) continue;
    observed += differences[i];
    sizes.push(Math.abs(differences[i]));
  }
  if (sizes.length === 0) return { p: 1, exact: true };
  const scale = sizes.reduce((sum, size) => sum + size, 0);
  // Rounding must not turn a tie with the observed sum into a smaller one.
  const threshold = Math.abs(observed) - 1e-12 * scale;
  return sizes.length <= ENUMERATED ? enumerate(sizes, threshold) : draw(sizes, threshold, options);
}

function enumerate(sizes: readonly number[], threshold: number): SignFlip {
  const patterns = 2 ** sizes.length;
  let extreme = 0;
  for (let pattern = 0; pattern < patterns; pattern++) {
    let sum = 0;
    for (let i = 0; i < sizes.length; i++) sum += (pattern >> i) & 1 ? sizes[i] : -sizes[i];
    if (Math.abs(sum) >= threshold) extreme++;
  }
  return { p: extreme / patterns, exact: true };
}

function draw(
  sizes: readonly number[],
  threshold: number,
  options: { seed: string; draws?: number },
): SignFlip {
  const draws = options.draws ?? 9999;
  const rng = random(options.seed, 'sign-flip');
  // Patients with equal sums are flipped together: how many of them turn positive is a count of random bits.
  const multiplicity = new Map<number, number>();
  for (const size of sizes) multiplicity.set(size, (multiplicity.get(size) ?? 0) + 1);
  const values = [...multiplicity.keys()];
  const counts = values.map((value) => multiplicity.get(value) ?? 0);
  let extreme = 0;
  for (let d = 0; d < draws; d++) {
    let sum = 0;
    let bits = 0;
    let left = 0;
    for (let v = 0; v < values.length; v++) {
      let positive = 0;
      for (let remaining = counts[v]; remaining > 0; ) {
        if (left === 0) {
          bits = rng.int(4294967296);
          left = 32;
        }
        const taken = Math.min(left, remaining);
        positive += popCount(taken === 32 ? bits : bits & ((1 << taken) - 1));
        bits = taken === 32 ? 0 : bits >>> taken;
        left -= taken;
        remaining -= taken;
      }
      sum += values[v] * (2 * positive - counts[v]);
    }
    if (Math.abs(sum) >= threshold) extreme++;
  }
  return { p: (extreme + 1) / (draws + 1), exact: false };
}

/** Number of set bits of a 32-bit integer. */
function popCount(word: number): number {
  let n = word | 0;
  n -= (n >>> 1) & 0x55555555;
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Holm's step-down adjustment of a family of p values, in their own order. */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => p[a] - p[b]);
  const adjusted = new Array<number>(p.length);
  let running = 0;
  order.forEach((index, rank) => {
    running = Math.max(running, Math.min(1, (p.length - rank) * p[index]));
    adjusted[index] = running;
  });
  return adjusted;
}

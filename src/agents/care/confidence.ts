// How sure a soft mask is of itself: entropy of its pixels, and where it lies.
import type { PixelBox, SoftMask } from '../../domain/expert.ts';

/** Entropy of a yes-or-no with probability p, in nats: 0 at 0 and 1, ln 2 at one half. */
function binaryEntropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log(1 - p);
}

/** 1 − mean entropy of the pixels / ln 2: 1 when every pixel is decided, 0 when every one is a coin toss. */
export function maskConfidence({ probability }: Pick<SoftMask, 'probability'>): number {
  let sum = 0;
  for (const p of probability) sum += binaryEntropy(p);
  return probability.length === 0 ? 0 : Math.max(0, 1 - sum / probability.length / Math.LN2);
}

/** Pixels of at least one half. */
export function maskArea({ probability }: Pick<SoftMask, 'probability'>): number {
  let area = 0;
  for (const p of probability) if (p >= 0.5) area++;
  return area;
}

/** The box around the pixels of at least one half; undefined where there is none. */
export function maskBox({ width, height, probability }: SoftMask): PixelBox | undefined {
  let [x0, y0, x1, y1] = [width, height, 0, 0];
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      if (probability[at] < 0.5) continue;
      x0 = Math.min(x0, x);
      y0 = Math.min(y0, y);
      x1 = Math.max(x1, x + 1);
      y1 = Math.max(y1, y + 1);
    }
  return x1 > x0 ? [x0, y0, x1, y1] : undefined;
}

/** Of each pixel the largest probability of several masks of one size. */
export function unionOf(masks: readonly SoftMask[]): SoftMask {
  const [first, ...rest] = masks;
  const probability = first.probability.slice();
  for (const mask of rest)
    for (let at = 0; at < probability.length; at++)
      if (mask.probability[at] > probability[at]) probability[at] = mask.probability[at];
  return { ...first, probability };
}

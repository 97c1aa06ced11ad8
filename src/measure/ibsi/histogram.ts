// IBSI intensity-histogram features: discretised intensities, their histogram and its gradient.
import { statisticsOf } from './statistics.ts';

/** How intensities become grey levels 1…n. */
export type Discretisation =
  | { readonly kind: 'none' }
  /** Bins of a fixed width from `from` (the lower end of the re-segmentation range, else the minimum). */
  | { readonly kind: 'bin-size'; readonly width: number; readonly from?: number }
  | { readonly kind: 'bin-count'; readonly count: number };

/** Grey levels from 1. With `none` the values must be whole numbers from 1 already. */
export function discretise(values: Float64Array, rule: Discretisation): Float64Array {
  if (rule.kind === 'none') return Float64Array.from(values);
  let min = Infinity;
  let max = -Infinity;
  for (const x of values) {
    if (x < min) min = x;
    if (x > max) max = x;
  }
  if (rule.kind === 'bin-size') {
    const from = rule.from ?? min;
    return values.map((x) => Math.max(1, Math.floor((x - from) / rule.width) + 1));
  }
  const { count } = rule;
  return values.map((x) => (x >= max ? count : Math.floor((count * (x - min)) / (max - min)) + 1));
}

/** Values by IBSI tag. */
export function intensityHistogram(levels: Float64Array): Record<string, number> {
  const all = statisticsOf(levels);
  const n = levels.length;
  const bins = new Float64Array(all.max);
  for (const level of levels) bins[level - 1]++;
  let mode = 0;
  let entropy = 0;
  let uniformity = 0;
  for (let b = 0; b < bins.length; b++) {
    const better = bins[b] > bins[mode];
    const tied = bins[b] === bins[mode] && Math.abs(b + 1 - all.mean) < Math.abs(mode + 1 - all.mean);
    if (better || tied) mode = b;
    const p = bins[b] / n;
    if (p > 0) entropy -= p * Math.log2(p);
    uniformity += p * p;
  }
  const last = bins.length - 1;
  let steepest = 0;
  let deepest = 0;
  const gradient = bins.map((count, b) =>
    last === 0
      ? 0
      : b === 0
        ? bins[1] - count
        : b === last
          ? count - bins[b - 1]
          : (bins[b + 1] - bins[b - 1]) / 2,
  );
  for (let b = 0; b <= last; b++) {
    if (gradient[b] > gradient[steepest]) steepest = b;
    if (gradient[b] < gradient[deepest]) deepest = b;
  }
  const { energy: _energy, rms: _rms, ...shared } = all;
  return {
    ...Object.fromEntries(Object.entries(shared).map(([tag, value]) => [`ih_${tag}`, value])),
    ih_mode: mode + 1,
    ih_entropy: entropy,
    ih_uniformity: uniformity,
    ih_max_grad: gradient[steepest],
    ih_max_grad_g: steepest + 1,
    ih_min_grad: gradient[deepest],
    ih_min_grad_g: deepest + 1,
  };
}

/** The intensity axis of an intensity-volume histogram: `steps` grey values from `from`, `width` apart. */
export interface IntensityAxis {
  readonly from: number;
  readonly width: number;
  readonly steps: number;
}

/**
 * IBSI intensity-volume histogram features.
 * @param values intensities on the axis (its grey values), so that "at least g" counts them.
 */
export function intensityVolumeHistogram(values: Float64Array, axis: IntensityAxis): Record<string, number> {
  const counts = new Float64Array(axis.steps);
  for (const x of values)
    counts[Math.min(axis.steps - 1, Math.max(0, Math.round((x - axis.from) / axis.width)))]++;
  // Share of the volume with at least the grey value of each step.
  const share = new Float64Array(axis.steps);
  let above = 0;
  for (let s = axis.steps - 1; s >= 0; s--) {
    above += counts[s];
    share[s] = above / values.length;
  }
  const volumeAt = (fraction: number): number => {
    const step = Math.ceil(fraction * (axis.steps - 1) - 1e-9);
    return share[step];
  };
  const intensityAt = (fraction: number): number => {
    const step = share.findIndex((v) => v <= fraction + 1e-12);
    return axis.from + (step < 0 ? axis.steps - 1 : step) * axis.width;
  };
  const [v10, v90, i10, i90] = [volumeAt(0.1), volumeAt(0.9), intensityAt(0.1), intensityAt(0.9)];
  return {
    ivh_v10: v10,
    ivh_v90: v90,
    ivh_i10: i10,
    ivh_i90: i90,
    ivh_diff_v10_v90: v10 - v90,
    ivh_diff_i10_i90: i10 - i90,
  };
}

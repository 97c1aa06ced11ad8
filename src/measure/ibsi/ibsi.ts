// IBSI-1 features with a consensus reference: shape, statistics, local intensity, histogram, intensity-volume.
import { OverreadError } from '../../domain/errors.ts';
import type { Vec3 } from '../../domain/geometry.ts';
import {
  type Discretisation,
  discretise,
  type IntensityAxis,
  intensityHistogram,
  intensityVolumeHistogram,
} from './histogram.ts';
import { type Interpolation, interpolate } from './interpolate.ts';
import { localIntensity } from './local-intensity.ts';
import { morphology } from './morphology.ts';
import { intensitiesOf, type Roi } from './roi.ts';
import { statisticsOf } from './statistics.ts';

/** Image processing before the features, in IBSI's order. Everything is optional: the image as it is. */
export interface IbsiSettings {
  /** New spacing in mm (keep an axis by giving its own). The mask is always interpolated linearly, from 0.5 up. */
  readonly interpolation?: { readonly spacing: Vec3; readonly method: Interpolation };
  /** Rounds interpolated intensities to whole numbers, as for HU. Default: when there is an interpolation. */
  readonly round?: boolean;
  /** Keeps intensities within [low, high]. */
  readonly range?: readonly [number, number];
  /** Keeps intensities within the mean ± this many standard deviations of the mask. */
  readonly outlierSigma?: number;
  /** For the intensity histogram. Default none: the intensities are grey levels from 1. */
  readonly histogram?: Discretisation;
  /** For the intensity-volume histogram. Default none: whole-number intensities, one step each. */
  readonly volumeHistogram?: Discretisation;
}

/** Image and mask on one grid, i fastest; `mask` is non-zero inside. */
export interface IbsiInput {
  readonly shape: Vec3;
  readonly spacing: Vec3;
  readonly image: ArrayLike<number>;
  readonly mask: ArrayLike<number>;
}

/** The region after interpolation and re-segmentation. Throws `mask-empty` when nothing is left. */
export function prepareRoi(input: IbsiInput, settings: IbsiSettings): Roi {
  const image = Float64Array.from(input.image);
  const mask = Float64Array.from(input.mask, (v) => (v === 0 ? 0 : 1));
  const { interpolation } = settings;
  const to = interpolation?.spacing ?? input.spacing;
  const grid = interpolate(image, input.shape, input.spacing, to, interpolation?.method ?? 'linear');
  const values =
    (settings.round ?? interpolation !== undefined) ? grid.values.map((x) => Math.round(x)) : grid.values;
  const inside = interpolate(mask, input.shape, input.spacing, to, 'linear').values;
  const morphological = Uint8Array.from(inside, (v) => (v >= 0.5 - 1e-9 ? 1 : 0));
  const intensity = morphological.slice();
  const block: Roi = { shape: grid.shape, spacing: to, image: values, morphological, intensity };
  const before = statisticsOf(intensitiesOf(block));
  const { range, outlierSigma } = settings;
  const spread = outlierSigma === undefined ? Infinity : outlierSigma * Math.sqrt(before.var);
  for (let p = 0; p < intensity.length; p++) {
    const x = values[p];
    if (range !== undefined && (x < range[0] || x > range[1])) intensity[p] = 0;
    if (Math.abs(x - before.mean) > spread) intensity[p] = 0;
  }
  if (!intensity.includes(1))
    throw new OverreadError(
      'mask-empty',
      'No voxel of the mask is left to measure: check its values and range.',
    );
  return block;
}

/** All features by IBSI tag ("morph_volume", "stat_mean", "ih_entropy" …). */
export function ibsiFeatures(input: IbsiInput, settings: IbsiSettings = {}): Record<string, number> {
  const roi = prepareRoi(input, settings);
  const values = intensitiesOf(roi);
  const statistics = statisticsOf(values);
  const levels = discretise(values, withStart(settings.histogram ?? { kind: 'none' }, settings));
  const volumeRule = withStart(settings.volumeHistogram ?? { kind: 'none' }, settings);
  const { axis, points } = volumeAxis(values, volumeRule, settings);
  return {
    ...morphology(roi),
    ...localIntensity(roi),
    ...Object.fromEntries(Object.entries(statistics).map(([tag, value]) => [`stat_${tag}`, value])),
    ...intensityHistogram(levels),
    ...intensityVolumeHistogram(points, axis),
  };
}

/** Fixed-width bins start at the lower end of the re-segmentation range when there is one. */
function withStart(rule: Discretisation, { range }: IbsiSettings): Discretisation {
  return rule.kind === 'bin-size' && rule.from === undefined && range !== undefined
    ? { ...rule, from: range[0] }
    : rule;
}

function volumeAxis(
  values: Float64Array,
  rule: Discretisation,
  { range }: IbsiSettings,
): { axis: IntensityAxis; points: Float64Array } {
  if (rule.kind === 'bin-count')
    return { axis: { from: 1, width: 1, steps: rule.count }, points: discretise(values, rule) };
  const { min, max } = statisticsOf(values);
  if (rule.kind === 'bin-size') {
    // Levels stand for the centres of their bins, up to the end of the range.
    const from = rule.from ?? min;
    const top = range?.[1] ?? max;
    const centre = from + rule.width / 2;
    return {
      axis: { from: centre, width: rule.width, steps: Math.ceil((top - from) / rule.width) },
      points: discretise(values, rule).map((level) => centre + (level - 1) * rule.width),
    };
  }
  const low = range?.[0] ?? min;
  const high = range?.[1] ?? max;
  return { axis: { from: low, width: 1, steps: Math.round(high - low) + 1 }, points: values };
}

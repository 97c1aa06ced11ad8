// Two masks on one grid as a metric's input; what an empty mask is worth is said here, once.
import type { Grid } from '../../domain/geometry.ts';
import { compareMasks, type MaskAgreement } from '../../measure/compare.ts';
import type { RunSet } from '../../measure/runs.ts';
import type { Metric } from '../metric.ts';
import { mean } from './mean.ts';

export interface MaskPair {
  readonly prediction: RunSet;
  readonly reference: RunSet;
  readonly grid: Grid;
}

/** Largest distance in mm that two voxel centres of a grid can have. */
export function diagonalMm({ shape, spacing }: Grid): number {
  return Math.hypot(...shape.map((n, axis) => (n - 1) * spacing[axis]));
}

/**
 * 95th percentile Hausdorff distance: the larger of the two directed percentiles between surface voxel centres. Both
 * masks empty: 0. One empty: the grid's diagonal, the worst there can be, so that a missed structure costs.
 */
export function hd95(pair: MaskPair): number {
  const { voxels, surface } = agreement(pair);
  return surface?.hd95 ?? (voxels[0] + voxels[1] === 0 ? 0 : diagonalMm(pair.grid));
}

/** Normalised surface distance within a tolerance in mm. Both masks empty: 1; one empty: 0. */
export function nsd(pair: MaskPair, toleranceMm: number): number {
  const { voxels, surface } = agreement(pair, toleranceMm);
  return surface?.nsd ?? (voxels[0] + voxels[1] === 0 ? 1 : 0);
}

export function dice(pair: MaskPair): number {
  return agreement(pair).dice;
}

function agreement({ prediction, reference, grid }: MaskPair, toleranceMm?: number): MaskAgreement {
  return compareMasks(reference, prediction, grid, toleranceMm === undefined ? {} : { toleranceMm });
}

/** NSD at a named tolerance. */
export function nsdMetric(toleranceMm: number): Metric<MaskPair, number> {
  return {
    id: `nsd-${toleranceMm}mm`,
    summary: `share of both surfaces within ${toleranceMm} mm of the other`,
    source:
      'Nikolov et al., 2018; surface voxels have a face towards the outside, distances between their centres',
    better: 'higher',
    range: [0, 1],
    item: (pair) => nsd(pair, toleranceMm),
    of: mean,
  };
}

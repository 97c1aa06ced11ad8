// Mean and standard deviation of a scan's values over a mask.
import type { VoxelArray } from '../domain/volume.ts';
import type { RunSet } from './runs.ts';

export interface IntensitySummary {
  /** Finite voxels. */
  readonly n: number;
  /** NaN or infinite voxels, left out. */
  readonly notFinite: number;
  readonly mean: number;
  /** Population standard deviation (divisor n). */
  readonly std: number;
}

/** Summary of `data` over the voxels of `runs`; mean and std are NaN when no voxel is finite. */
export function intensityOf(runs: RunSet, data: VoxelArray): IntensitySummary {
  let n = 0;
  let notFinite = 0;
  // Sums are taken about the first finite value, so that a large offset does not swamp the variance.
  let shift = Number.NaN;
  let sum = 0;
  let squares = 0;
  for (let r = 0; r < runs.start.length; r++)
    for (let p = runs.start[r]; p < runs.end[r]; p++) {
      const value = data[p];
      if (!Number.isFinite(value)) {
        notFinite++;
        continue;
      }
      if (n === 0) shift = value;
      const d = value - shift;
      n++;
      sum += d;
      squares += d * d;
    }
  return summaryOf({ n, notFinite, shift, sum, squares });
}

/** The summary that sums of values and their squares about `shift` amount to. */
export function summaryOf(sums: {
  readonly n: number;
  readonly notFinite: number;
  readonly shift: number;
  readonly sum: number;
  readonly squares: number;
}): IntensitySummary {
  const { n, notFinite, shift, sum, squares } = sums;
  const mean = n === 0 ? Number.NaN : shift + sum / n;
  const variance = n === 0 ? Number.NaN : Math.max(0, squares / n - (sum / n) ** 2);
  return { n, notFinite, mean, std: Math.sqrt(variance) };
}

// Masks and pixels to measurements: the one entry of this folder.
import { OverreadError } from '../domain/errors.ts';
import { cornerDistance } from '../domain/geometry.ts';
import type { MeasurementSet, RuleSet } from '../domain/measurement.ts';
import type { Annotation, Volume } from '../domain/volume.ts';
import { measureRadgpt } from './radgpt.ts';
import { measureStrict } from './strict.ts';

export interface MeasureOptions {
  readonly rules: RuleSet;
  /** Lesion instances with a smaller volume in mm³ are dropped and counted in `notes`. Default 10. */
  readonly minInstanceMm3?: number;
  /** How many instances of a region (largest first) get gaps to other structures. Default 10. */
  readonly gapsForInstances?: number;
}

/**
 * Measures every structure of an annotation.
 * @param volume the scan on the same grid, or undefined when there are masks only: then no intensity is measured.
 * @throws OverreadError `geometry-mismatch` when the scan's grid differs (resample it first).
 */
export function measureCase(
  annotation: Annotation,
  volume: Volume | undefined,
  options: MeasureOptions,
): MeasurementSet {
  const complete = {
    minInstanceMm3: options.minInstanceMm3 ?? 10,
    gapsForInstances: options.gapsForInstances ?? 10,
  };
  if (volume !== undefined) assertSameGrid(annotation, volume);
  return options.rules === 'radgpt'
    ? measureRadgpt(annotation, volume, complete)
    : measureStrict(annotation, volume, complete);
}

function assertSameGrid({ grid }: Annotation, volume: Volume): void {
  const a = grid.shape.join(' × ');
  const b = volume.grid.shape.join(' × ');
  if (a !== b)
    throw new OverreadError(
      'geometry-mismatch',
      `The mask has ${a} voxels and the image ${b}: resample one onto the other's grid before measuring.`,
    );
  const apart = cornerDistance(grid, volume.grid);
  if (apart > 0.5 * Math.min(...grid.spacing))
    throw new OverreadError(
      'geometry-mismatch',
      `The mask lies ${apart.toFixed(1)} mm away from the image: check that they belong together.`,
      { details: { apartMm: apart } },
    );
}

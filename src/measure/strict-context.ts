// What the strict rules know of one case while they measure it, and how they write intensities.
import type { Grid } from '../domain/geometry.ts';
import type { InstanceMeasurements, Measurement } from '../domain/measurement.ts';
import type { Volume } from '../domain/volume.ts';
import type { IntensitySummary } from './intensity.ts';
import type { LesionInstance, LesionInstances } from './lesions.ts';
import type { DrawnMasks } from './regions.ts';
import type { Neighbour } from './relations.ts';
import type { SliceFrame } from './slice-axis.ts';

export interface StrictOptions {
  readonly minInstanceMm3: number;
  readonly gapsForInstances: number;
}

export interface CaseContext {
  readonly grid: Grid;
  readonly frame: SliceFrame;
  readonly volume: Volume | undefined;
  readonly options: StrictOptions;
  readonly drawn: DrawnMasks;
  readonly neighbours: readonly Neighbour[];
  /** Instances of single lesion kinds, and what was measured of an instance: an organ's union shares both. */
  readonly ofKind: Map<string, LesionInstances>;
  readonly measured: Map<LesionInstance, InstanceMeasurements>;
  /** Tissue intensity of a region, taken once. */
  tissue(structure: string): IntensitySummary | undefined;
}

const HU = "[hnsf'U]";

export function flagged(flags: readonly string[]): { flags?: string[] } {
  return flags.length > 0 ? { flags: [...flags] } : {};
}

export function unitOf({ volume }: CaseContext): string {
  return volume?.units === 'HU' ? HU : '1';
}

export function intensityMeasurements(
  summary: IntensitySummary,
  method: string,
  context: CaseContext,
): Measurement[] {
  const flags = flagged([
    ...(summary.notFinite > 0 ? ['non-finite-voxels-left-out'] : []),
    ...(context.volume?.units === 'HU' ? [] : [`units-${context.volume?.units}`]),
  ]);
  const unit = unitOf(context);
  return [
    { quantity: 'mean-hu', value: summary.mean, unit, method, ...flags },
    { quantity: 'std-hu', value: summary.std, unit, method: `population deviation over ${method}`, ...flags },
  ];
}

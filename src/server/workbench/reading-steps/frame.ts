// Planes of a scan by its axis codes alone, so that nobody has to open it to say where a step lies.
import type { MeasurementSet } from '../../../domain/measurement.ts';
import { type DisplayWindow, WINDOWS } from '../../../imaging/slices.ts';
import type { PlaneName } from '../shapes/scan.ts';
import { organOfStructure } from './organs.ts';

const CODES: Readonly<Record<PlaneName, string>> = { axial: 'SI', coronal: 'AP', sagittal: 'RL' };

/** What places need to know of a case's scan. */
export type ScanGrid = Pick<MeasurementSet, 'shape' | 'axes'>;

/** Voxel axis across a plane's slices. */
export function axisOf({ axes }: Pick<ScanGrid, 'axes'>, plane: PlaneName): number {
  return Math.max(
    0,
    [...axes].findIndex((code) => CODES[plane].includes(code)),
  );
}

export const sliceTotal = (grid: ScanGrid, plane: PlaneName): number => grid.shape[axisOf(grid, plane)];

/** A whole number within the plane's slices, or undefined. */
export function sliceIn(grid: ScanGrid, plane: PlaneName, index: unknown): number | undefined {
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < sliceTotal(grid, plane)
    ? index
    : undefined;
}

const BY_ORGAN: Readonly<Record<string, DisplayWindow>> = {
  liver: WINDOWS.liver,
  lung_left: WINDOWS.lung,
  lung_right: WINDOWS.lung,
  heart: WINDOWS.mediastinum,
  esophagus: WINDOWS.mediastinum,
};

/** The usual window of a structure's organ. CT only: other scans are shown by their own percentiles. */
export function windowOfStructure(structure: string, modality = 'CT'): DisplayWindow | undefined {
  if (modality !== 'CT') return undefined;
  return BY_ORGAN[organOfStructure(structure)] ?? WINDOWS.abdomen;
}

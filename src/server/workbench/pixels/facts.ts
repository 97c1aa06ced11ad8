// What a viewer is told of a scan before it asks for slices.
import { axisCodes, type Grid } from '../../../domain/geometry.ts';
import type { IntensityUnit, VoxelArray } from '../../../domain/volume.ts';
import { type DisplayWindow, type Plane, sliceFrame, WINDOWS, windowOf } from '../../../imaging/slices.ts';
import type { PlaneFacts, ScanFacts } from '../shapes/scan.ts';
import type { ImageFacts, LoadedImage, LoadedMasks } from './loaded.ts';

export function planeFacts(grid: Grid, plane: Plane): PlaneFacts {
  const { axis, columns, rows } = sliceFrame(grid, plane);
  return {
    count: grid.shape[axis],
    width: grid.shape[columns.axis],
    height: grid.shape[rows.axis],
    spacing: [grid.spacing[rows.axis], grid.spacing[columns.axis]],
    axis,
    columns,
    rows,
  };
}

/** Twelve bits of Hounsfield units: known before the voxels are. */
export const HOUNSFIELD_RANGE = [-1024, 3071] as const;

/** Which grey values to begin with: of CT the abdomen's, of the rest all but the outermost. */
export function firstWindow(data: VoxelArray, units: IntensityUnit): DisplayWindow {
  return units === 'HU' ? WINDOWS.abdomen : windowOf(data);
}

function presetsOf(image: Pick<LoadedImage, 'units' | 'range' | 'window'>): ScanFacts['presets'] {
  if (image.units === 'HU') return Object.entries(WINDOWS).map(([name, window]) => ({ name, ...window }));
  const [low, high] = image.range;
  const whole = { name: 'whole range', level: (low + high) / 2, width: high > low ? high - low : 1 };
  const usual = { name: 'usual', ...image.window };
  if (image.units !== 'SUV') return [usual, whole];
  return [{ name: 'SUV 0–5', level: 2.5, width: 5 }, { name: 'SUV 0–10', level: 5, width: 10 }, usual, whole];
}

/** `masks` is left out where they are not to be seen. `grid` is the scan's, or the annotation's without a scan. */
export function scanFactsOf(
  version: string,
  grid: Grid,
  image: ImageFacts | undefined,
  masks: LoadedMasks | undefined,
): ScanFacts {
  const shown = image ?? {
    units: 'arbitrary' as const,
    range: [0, 1] as const,
    window: { level: 0.5, width: 1 },
  };
  return {
    version,
    hasImage: image !== undefined,
    shape: [...grid.shape],
    spacing: [...grid.spacing],
    affine: [...grid.affine],
    axes: axisCodes(grid.affine),
    units: shown.units,
    range: [...shown.range],
    window: { ...shown.window },
    presets: image === undefined ? [] : presetsOf(image),
    planes: {
      axial: planeFacts(grid, 'axial'),
      coronal: planeFacts(grid, 'coronal'),
      sagittal: planeFacts(grid, 'sagittal'),
    },
    layers: masks?.layers.length ?? 0,
    structures: [...(masks?.structures ?? [])],
  };
}

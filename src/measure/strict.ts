// The `strict` rules: native grid in mm, 26-connected instances, exact diameters between voxel centres.
import { axisCodes, type Grid, type Vec3, voxelVolume } from '../domain/geometry.ts';
import type {
  InstanceMeasurements,
  Measurement,
  MeasurementSet,
  RegionMeasurements,
} from '../domain/measurement.ts';
import type { Annotation, Volume } from '../domain/volume.ts';
import { axialMeasurements } from './axial.ts';
import { components26, inPatientOrder } from './components.ts';
import { type IntensitySummary, intensityOf } from './intensity.ts';
import { instancesOf, instancesOfOrgan, type LesionInstance, type LesionInstances } from './lesions.ts';
import { drawnMasks, type Region, regionsOf } from './regions.ts';
import { neighboursOf } from './relations.ts';
import { boundsOf, touchesFace, voxelCount } from './runs.ts';
import { sliceFrameOf } from './slice-axis.ts';
import {
  type CaseContext,
  flagged,
  intensityMeasurements,
  type StrictOptions,
  unitOf,
} from './strict-context.ts';
import { measureInstance } from './strict-instance.ts';

/** Structures outside the canonical list whose name says that they are lesions, e.g. "GTV-1" or "tumor". */
const LESION_NAME = /lesion|tumou?r|cyst|mass|metasta|carcinoma|gtv/i;

export function measureStrict(
  annotation: Annotation,
  volume: Volume | undefined,
  options: StrictOptions,
): MeasurementSet {
  const { grid } = annotation;
  const drawn = drawnMasks(annotation);
  const { regions, notes } = regionsOf(drawn, grid);
  const byStructure = new Map(regions.map((region) => [region.structure, region]));
  const tissues = new Map<string, IntensitySummary | undefined>();
  const context: CaseContext = {
    grid,
    frame: sliceFrameOf(grid),
    volume,
    options,
    drawn,
    neighbours: neighboursOf(regions),
    ofKind: new Map(),
    measured: new Map(),
    tissue: (structure) => {
      if (!tissues.has(structure)) {
        const region = byStructure.get(structure);
        tissues.set(
          structure,
          region === undefined || volume === undefined ? undefined : intensityOf(region.tissue, volume.data),
        );
      }
      return tissues.get(structure);
    },
  };
  // Single kinds first: the union of an organ's lesions takes over what they came to.
  const measured = new Map<Region, RegionMeasurements>();
  for (const region of [...regions].sort((a, b) => Number(isUnion(a)) - Number(isUnion(b))))
    measured.set(region, measureRegion(region, context, notes));
  return {
    rules: 'strict',
    shape: [...grid.shape],
    spacing: [...grid.spacing],
    axes: axisCodes(grid.affine),
    hasImage: volume !== undefined,
    regions: regions.flatMap((region) => measured.get(region) ?? []),
    notes,
  };
}

function measureRegion(region: Region, context: CaseContext, notes: string[]): RegionMeasurements {
  const { grid } = context;
  const bounds = boundsOf(region.runs);
  const faces = touchesFace(bounds, grid.shape);
  const voxels = voxelCount(region.runs);
  const isLesion =
    region.kind === 'lesion' || (region.kind === 'other' && LESION_NAME.test(region.structure));
  const found = isLesion ? lesionInstancesOf(region, context) : undefined;
  if (found !== undefined && found.dropped > 0)
    notes.push(
      `${region.structure}: ${found.dropped} component(s) under ${context.options.minInstanceMm3} mm³ left out`,
    );
  const instances = (found?.instances ?? []).map((instance, position) =>
    measureOnce(instance, position + 1, region, context),
  );
  const measurements: Measurement[] = [
    {
      quantity: 'volume',
      value: (voxels * voxelVolume(grid)) / 1000,
      unit: 'cm3',
      method: 'voxel count times voxel volume',
      ...flagged([...region.flags, ...(faces ? ['touches-face'] : []), ...(voxels === 0 ? ['absent'] : [])]),
    },
    ...intensities(region.structure, voxels, context),
    ...(found === undefined
      ? organDiameter(region, context)
      : lesionTotals(found.instances, instances, context)),
  ];
  return {
    structure: region.structure,
    label: region.label,
    kind: region.kind,
    ...(region.parent === undefined ? {} : { parent: region.parent }),
    voxels,
    ...(bounds === undefined ? {} : { bounds: { min: [...bounds.min], max: [...bounds.max] } }),
    touchesFace: faces,
    measurements,
    instances,
  };
}

/** True for the region that unites every lesion kind of an organ. */
function isUnion({ parent, structure }: Region): boolean {
  return parent !== undefined && structure === `${parent}_lesion`;
}

function lesionInstancesOf(region: Region, context: CaseContext): LesionInstances {
  const { drawn, grid, options, ofKind } = context;
  if (isUnion(region) && region.parent !== undefined)
    return instancesOfOrgan(region.parent, drawn.masks, grid, options, undefined, ofKind);
  const found = instancesOf(region.structure, region.runs, grid, options);
  ofKind.set(region.structure, found);
  return found;
}

function measureOnce(
  instance: LesionInstance,
  index: number,
  region: Region,
  context: CaseContext,
): InstanceMeasurements {
  const known = context.measured.get(instance);
  if (known !== undefined) return { ...known, index };
  const measured = measureInstance(instance, index, region, context);
  context.measured.set(instance, measured);
  return measured;
}

function intensities(structure: string, voxels: number, context: CaseContext): Measurement[] {
  if (context.volume === undefined) return [];
  const summary = context.tissue(structure);
  const method = 'all voxels of the region that are no lesion of its organ';
  if (summary === undefined || summary.n === 0) {
    const flags = flagged([voxels === 0 ? 'absent' : 'no-finite-voxel']);
    return ['mean-hu', 'std-hu'].map((quantity) => ({
      quantity,
      value: null,
      unit: unitOf(context),
      method,
      ...flags,
    }));
  }
  return intensityMeasurements(summary, method, context);
}

function lesionTotals(
  kept: readonly LesionInstance[],
  measured: readonly InstanceMeasurements[],
  { grid, options }: CaseContext,
): Measurement[] {
  const voxels = kept.reduce((sum, instance) => sum + instance.voxels, 0);
  const longest = measured
    .flatMap((instance) => instance.measurements)
    .filter((m) => m.quantity === 'longest-axial-diameter')
    .reduce<Measurement | undefined>(
      (best, m) => (best === undefined || Number(m.value ?? -1) > Number(best.value ?? -1) ? m : best),
      undefined,
    );
  return [
    {
      quantity: 'instance-count',
      value: kept.length,
      unit: '1',
      method: `26-connected instances of at least ${options.minInstanceMm3} mm³`,
    },
    {
      quantity: 'total-lesion-volume',
      value: (voxels * voxelVolume(grid)) / 1000,
      unit: 'cm3',
      method: 'sum over the counted instances',
    },
    ...(longest === undefined ? [] : [longest]),
  ];
}

function organDiameter(region: Region, { frame, grid }: CaseContext): Measurement[] {
  const pieces = inPatientOrder(components26(region.runs).components, grid.affine);
  let best: Measurement[] = [];
  let longest = -1;
  for (const { runs } of pieces) {
    const bounds = boundsOf(runs);
    if (bounds === undefined || diagonalOf(bounds, grid) <= longest) continue;
    const found = axialMeasurements(runs, frame, grid, false);
    const value = found.find(({ quantity }) => quantity === 'longest-axial-diameter')?.value;
    const mm = typeof value === 'number' ? value : 0;
    if (mm > longest + 1e-9) [best, longest] = [found, mm];
  }
  return best;
}

/** No two voxel centres of the box are farther apart, in mm, whatever the angle between the axes. */
function diagonalOf({ min, max }: { min: Vec3; max: Vec3 }, { spacing }: Grid): number {
  return max.reduce((mm, end, axis) => mm + (end - min[axis]) * spacing[axis], 0);
}

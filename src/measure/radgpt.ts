// The `radgpt` rules: the published pipeline's own definitions on a 1 mm grid, for comparing numbers with it.
import { axisCodes } from '../domain/geometry.ts';
import type {
  InstanceMeasurements,
  Measurement,
  MeasurementSet,
  RegionMeasurements,
} from '../domain/measurement.ts';
import type { Annotation, Volume } from '../domain/volume.ts';
import { survivesErosion } from './erosion.ts';
import type { IntensitySummary } from './intensity.ts';
import { instancesOf, instancesOfOrgan, type LesionInstance, type LesionInstances } from './lesions.ts';
import { millimetreGrid, millimetreIntensity, millimetreRuns } from './millimetre-grid.ts';
import { measureRadgptInstance, type RadgptContext, type RadgptOptions, toTenth } from './radgpt-instance.ts';
import { drawnMasks, type Region, regionsOf } from './regions.ts';
import { neighboursOf } from './relations.ts';
import { boundsOf, type RunSet, touchesFace, unionAll, voxelCount } from './runs.ts';
import { sliceFrameOf } from './slice-axis.ts';

/** What the published description leaves open and is chosen here. */
export const RADGPT_ASSUMPTIONS = [
  'the 1 mm grid starts at the first voxel in RAS order and has ceil((n - 1) * spacing) + 1 voxels per axis',
  'the first contour of a slice is that of the piece whose first voxel has the smallest R, then A index',
  'erosion takes all 26 neighbours',
  'an organ holds its lesions',
  'the perpendicular is truncated to mm as the diameter is',
  'a lesion over both kidneys is on the left one',
  'vessel pieces are cut across the local principal axis of the vessel',
] as const;

const HU = "[hnsf'U]";
const MARGIN_MM = 8;

export function measureRadgpt(
  annotation: Annotation,
  volume: Volume | undefined,
  options: RadgptOptions,
): MeasurementSet {
  const { grid } = annotation;
  const native = drawnMasks(annotation);
  const { regions: nativeRegions } = regionsOf(native, grid);
  const bounds = boundsOf(unionAll([...native.masks.values()], grid.shape)) ?? {
    min: [0, 0, 0],
    max: [0, 0, 0],
  };
  const target = millimetreGrid(grid, bounds, MARGIN_MM);
  const resampled = drawnMasks(annotation, target.grid, (layer) => millimetreRuns(layer, grid, target));
  const drawn = { ...resampled, annotated: native.annotated };
  const { regions, notes } = regionsOf(drawn, target.grid);
  const byStructure = new Map(regions.map((region) => [region.structure, region]));
  const intensity = new Map<string, IntensitySummary>();
  const context: RadgptContext = {
    target,
    frame: sliceFrameOf(target.grid),
    nativeFrame: sliceFrameOf(grid),
    volume,
    options,
    drawn,
    neighbours: neighboursOf(regions),
    faces: new Set(
      nativeRegions
        .filter((region) => touchesFace(boundsOf(region.runs), grid.shape))
        .map(({ structure }) => structure),
    ),
    tissue: (structure) => {
      const region = byStructure.get(structure);
      if (region === undefined || volume === undefined) return undefined;
      let summary = intensity.get(structure);
      if (summary === undefined) {
        summary = millimetreIntensity(region.tissue, volume, target);
        intensity.set(structure, summary);
      }
      return summary.n === 0 ? undefined : { mean: toTenth(summary.mean), std: toTenth(summary.std) };
    },
  };
  const native1 = new Map(nativeRegions.map((region) => [region.structure, region]));
  return {
    rules: 'radgpt',
    shape: [...grid.shape],
    spacing: [...grid.spacing],
    axes: axisCodes(grid.affine),
    hasImage: volume !== undefined,
    regions: regions.map((region) => measureRegion(region, native1.get(region.structure), context, notes)),
    notes,
  };
}

function measureRegion(
  region: Region,
  native: Region | undefined,
  context: RadgptContext,
  notes: string[],
): RegionMeasurements {
  const nativeBounds = native && boundsOf(native.runs);
  const found = region.kind === 'lesion' ? lesionsOf(region, context) : undefined;
  if (found !== undefined && found.dropped > 0)
    notes.push(
      `${region.structure}: ${found.dropped} component(s) under ${context.options.minInstanceMm3} mm³ or lost to erosion left out`,
    );
  const instances = (found?.instances ?? []).map((instance, n) =>
    measureRadgptInstance(instance, n + 1, region, context),
  );
  return {
    structure: region.structure,
    label: region.label,
    kind: region.kind,
    ...(region.parent === undefined ? {} : { parent: region.parent }),
    voxels: native === undefined ? 0 : voxelCount(native.runs),
    ...(nativeBounds === undefined
      ? {}
      : { bounds: { min: [...nativeBounds.min], max: [...nativeBounds.max] } }),
    touchesFace: context.faces.has(region.structure),
    measurements: [
      volumeOf(region, context),
      ...regionIntensity(region, context),
      ...(found === undefined ? [] : totals(found.instances, instances)),
    ],
    instances,
  };
}

function volumeOf(region: Region, { faces }: RadgptContext): Measurement {
  // Kidneys together are the sum of the sides, so one side at the face leaves the sum undefined too.
  const undefinedAtFace = region.kind !== 'lesion' && faces.has(region.structure);
  const flags = [...region.flags, ...(undefinedAtFace ? ['touches-face'] : [])];
  return {
    quantity: 'radgpt-volume',
    value: undefinedAtFace ? null : voxelCount(region.runs) / 1000,
    unit: 'cm3',
    method: '1 mm voxels; undefined for an organ at the face of the scan',
    ...(flags.length > 0 ? { flags } : {}),
  };
}

function regionIntensity(region: Region, context: RadgptContext): Measurement[] {
  const { volume } = context;
  if (volume === undefined) return [];
  const summary = context.tissue(region.structure);
  const unit = volume.units === 'HU' ? HU : '1';
  const method = 'linear values on the 1 mm grid without lesions, to 0.1';
  return [
    { quantity: 'radgpt-mean-hu', value: summary?.mean ?? null, unit, method },
    { quantity: 'radgpt-std-hu', value: summary?.std ?? null, unit, method },
  ];
}

function lesionsOf(region: Region, { drawn, target, options }: RadgptContext): LesionInstances {
  const keep = ({ runs }: { runs: RunSet }) => survivesErosion(runs);
  return region.parent !== undefined && region.structure === `${region.parent}_lesion`
    ? instancesOfOrgan(region.parent, drawn.masks, target.grid, options, keep)
    : instancesOf(region.structure, region.runs, target.grid, options, keep);
}

function totals(kept: readonly LesionInstance[], measured: readonly InstanceMeasurements[]): Measurement[] {
  const voxels = kept.reduce((sum, instance) => sum + instance.voxels, 0);
  const largest = measured[0]?.measurements.find((m) => m.quantity === 'radgpt-longest-axial-diameter');
  return [
    {
      quantity: 'radgpt-instance-count',
      value: kept.length,
      unit: '1',
      method: '26-connected on the 1 mm grid, over the threshold, surviving one erosion',
    },
    {
      quantity: 'radgpt-total-lesion-volume',
      value: voxels / 1000,
      unit: 'cm3',
      method: 'sum over the counted instances',
    },
    ...(largest === undefined ? [] : [largest]),
  ];
}

// The `radgpt` rules: the published pipeline's own definitions on a 1 mm grid, for comparing numbers with it.
import { axisCodes } from '../domain/geometry.ts';
import type {
  InstanceMeasurements,
  Measurement,
  MeasurementSet,
  RegionMeasurements,
} from '../domain/measurement.ts';
import { partStructures } from '../domain/structures.ts';
import type { Annotation, Volume } from '../domain/volume.ts';
import { components26 } from './components.ts';
import { type AxialDiameter, longestAxialDiameter, perpendicularFeret } from './diameters.ts';
import { survivesErosion } from './erosion.ts';
import { type SliceHull, sliceHulls } from './extents.ts';
import type { IntensitySummary } from './intensity.ts';
import { instancesOf, instancesOfOrgan, type LesionInstance, type LesionInstances } from './lesions.ts';
import {
  type MillimetreGrid,
  millimetreGrid,
  millimetreIntensity,
  millimetreRuns,
} from './millimetre-grid.ts';
import { radgptContactAngle } from './radgpt-contact.ts';
import { type DrawnMasks, drawnMasks, type Region, regionsOf } from './regions.ts';
import {
  adjacentTo,
  isFamily,
  isNeighbour,
  type Neighbour,
  neighboursOf,
  type PartShare,
} from './relations.ts';
import { boundsOf, overlapCount, type RunSet, touchesFace, unionAll, voxelCount } from './runs.ts';
import { type SliceFrame, sliceFrameOf, slicePercent } from './slice-axis.ts';

export interface RadgptOptions {
  readonly minInstanceMm3: number;
}

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

interface Context {
  readonly target: MillimetreGrid;
  readonly frame: SliceFrame;
  readonly nativeFrame: SliceFrame;
  readonly volume: Volume | undefined;
  readonly options: RadgptOptions;
  readonly drawn: DrawnMasks;
  readonly neighbours: readonly Neighbour[];
  readonly faces: ReadonlySet<string>;
  tissue(structure: string): { mean: number; std: number } | undefined;
}

const toTenth = (value: number): number => Math.round(value * 10) / 10;

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
  const context: Context = {
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
  context: Context,
  notes: string[],
): RegionMeasurements {
  const nativeBounds = native && boundsOf(native.runs);
  const found = region.kind === 'lesion' ? lesionsOf(region, context) : undefined;
  if (found !== undefined && found.dropped > 0)
    notes.push(
      `${region.structure}: ${found.dropped} component(s) under ${context.options.minInstanceMm3} mm³ or lost to erosion left out`,
    );
  const instances = (found?.instances ?? []).map((instance, n) =>
    measureInstance(instance, n + 1, region, context),
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

function volumeOf(region: Region, { faces }: Context): Measurement {
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

function regionIntensity(region: Region, context: Context): Measurement[] {
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

function lesionsOf(region: Region, { drawn, target, options }: Context): LesionInstances {
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

function measureInstance(
  instance: LesionInstance,
  index: number,
  region: Region,
  context: Context,
): InstanceMeasurements {
  const { target, frame, nativeFrame, neighbours, volume } = context;
  const { runs } = instance;
  const bounds = boundsOf(runs) ?? { min: [0, 0, 0], max: [0, 0, 0] };
  const organ = region.parent;
  const others = neighbours.filter((n) => !isFamily(n.region, organ) && isNeighbour(n.region));
  const measurements: Measurement[] = [
    { quantity: 'radgpt-volume', value: instance.voxels / 1000, unit: 'cm3', method: '1 mm voxels' },
  ];
  if (volume !== undefined) measurements.push(...instanceIntensity(runs, organ, volume, context));
  const { diameter, hull } = firstContourDiameter(runs, bounds, context);
  if (diameter !== undefined && hull !== undefined) {
    const spacing = target.axes[2].spacing;
    const z = Math.min(
      nativeFrame.count - 1,
      Math.floor((diameter.slice + target.offset[2]) / spacing + 0.5),
    );
    const slice = nativeFrame.upward ? z : nativeFrame.count - 1 - z;
    measurements.push(
      {
        quantity: 'radgpt-longest-axial-diameter',
        value: Math.trunc(diameter.length + 1e-9),
        unit: 'mm',
        method: 'farthest vertices of the first contour of a slice, truncated to mm',
        points: diameter.points.map((p) => [...p] as [number, number, number]),
        slice,
      },
      {
        quantity: 'radgpt-perpendicular',
        value: Math.trunc(perpendicularFeret(hull, diameter, frame).length + 1e-9),
        unit: 'mm',
        method: 'height of the contour once its long axis lies level, truncated to mm',
        slice,
      },
      { quantity: 'radgpt-slice', value: slice, unit: '1', slice, method: 'native index of the diameter' },
      { quantity: 'radgpt-slice-percent', value: slicePercent(nativeFrame, slice), unit: '%', slice },
    );
  }
  const location = organ === undefined ? [] : locationOver10Percent(runs, organ, context);
  if (location.length > 0)
    measurements.push({
      quantity: 'radgpt-location',
      value: location.map(({ structure }) => structure).join('/'),
      unit: '1',
      method: 'parts with over 10 % of the labelled lesion voxels, in label order; one side for kidneys',
    });
  for (const { region: vessel } of others)
    if (vessel.kind === 'vessel')
      measurements.push({
        quantity: 'radgpt-vessel-contact-angle',
        value: radgptContactAngle(runs, vessel.runs),
        unit: 'deg',
        with: vessel.structure,
        method:
          'largest share of a 2 mm ring round a short piece of vessel; lesion grown by 4 mm, shrunk by 1',
      });
  return {
    index,
    structure: instance.structure,
    voxels: instance.voxels,
    centroid: [...instance.centroid],
    measurements,
    location: [...location].sort((a, b) => b.fraction - a.fraction),
    adjacent: adjacentTo(runs, bounds, others, target.grid),
  };
}

function instanceIntensity(
  runs: RunSet,
  organ: string | undefined,
  volume: Volume,
  context: Context,
): Measurement[] {
  const summary = millimetreIntensity(runs, volume, context.target);
  if (summary.n === 0) return [];
  const unit = volume.units === 'HU' ? HU : '1';
  const mean = toTenth(summary.mean);
  const out: Measurement[] = [
    { quantity: 'radgpt-mean-hu', value: mean, unit, method: 'linear values on the 1 mm grid, to 0.1' },
    { quantity: 'radgpt-std-hu', value: toTenth(summary.std), unit },
  ];
  const tissue = organ === undefined ? undefined : context.tissue(organ);
  if (organ === undefined || tissue === undefined) return out;
  const difference = mean - tissue.mean;
  const value =
    Math.abs(difference) < tissue.std / 10
      ? 'isoattenuating'
      : difference < 0
        ? 'hypoattenuating'
        : 'hyperattenuating';
  out.push(
    {
      quantity: 'radgpt-attenuation',
      value,
      unit: '1',
      with: organ,
      method: 'iso within std / 10 of the organ',
    },
    { quantity: 'radgpt-hu-difference', value: toTenth(difference), unit, with: organ },
  );
  return out;
}

/** The longest diameter over slices, where only the first contour of each slice counts. */
function firstContourDiameter(
  runs: RunSet,
  bounds: { min: readonly number[]; max: readonly number[] },
  { frame, target }: Context,
): { diameter: AxialDiameter | undefined; hull: SliceHull | undefined } {
  const hulls: SliceHull[] = [];
  const perSlice = runs.shape[0] * runs.shape[1];
  let from = 0;
  for (let slice = bounds.min[2]; slice <= bounds.max[2]; slice++) {
    let to = from;
    while (to < runs.start.length && runs.start[to] < (slice + 1) * perSlice) to++;
    const pieces = components26({
      shape: runs.shape,
      start: runs.start.subarray(from, to),
      end: runs.end.subarray(from, to),
    }).components;
    from = to;
    const first = pieces
      .map((piece) => ({ piece, at: firstVoxel(piece.runs) }))
      .sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1])[0];
    const box = first && boundsOf(first.piece.runs);
    if (box !== undefined) hulls.push(...sliceHulls(first.piece.runs, box, frame));
  }
  const diameter = longestAxialDiameter(hulls, frame, target.grid.affine);
  return { diameter, hull: hulls.find(({ slice }) => slice === diameter?.slice) };
}

/** Smallest R index of a mask, and the smallest A index there. */
function firstVoxel(runs: RunSet): [number, number] {
  const [ni, nj] = runs.shape;
  let best: [number, number] = [ni, nj];
  for (let r = 0; r < runs.start.length; r++) {
    const i = runs.start[r] % ni;
    const j = Math.floor(runs.start[r] / ni) % nj;
    if (i < best[0] || (i === best[0] && j < best[1])) best = [i, j];
  }
  return best;
}

function locationOver10Percent(lesion: RunSet, organ: string, { neighbours }: Context): PartShare[] {
  const parts = partStructures(organ).flatMap((id) => {
    const part = neighbours.find(({ region }) => region.structure === id);
    return part === undefined ? [] : [{ structure: id, voxels: overlapCount(lesion, part.region.runs) }];
  });
  const labelled = parts.reduce((sum, { voxels }) => sum + voxels, 0);
  if (labelled === 0) return [];
  const shares = parts
    .map(({ structure, voxels }) => ({ structure, fraction: voxels / labelled }))
    .filter(({ fraction }) => fraction > 0.1);
  return organ === 'kidney' ? shares.slice(0, 1) : shares;
}

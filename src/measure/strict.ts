// The `strict` rules: native grid in mm, 26-connected instances, exact diameters between voxel centres.
import { axisCodes, type Grid, voxelVolume } from '../domain/geometry.ts';
import type {
  InstanceMeasurements,
  Measurement,
  MeasurementSet,
  RegionMeasurements,
} from '../domain/measurement.ts';
import type { Annotation, Volume } from '../domain/volume.ts';
import { chordAcross } from './chord.ts';
import { largestComponent } from './components.ts';
import { longest3dDiameter, longestAxialDiameter, perpendicularFeret, planeToWorld } from './diameters.ts';
import { sliceHulls } from './extents.ts';
import { type IntensitySummary, intensityOf } from './intensity.ts';
import { instancesOf, instancesOfOrgan, type LesionInstance, type LesionInstances } from './lesions.ts';
import { type DrawnMasks, drawnMasks, type Region, regionsOf } from './regions.ts';
import {
  adjacentTo,
  gapsTo,
  isFamily,
  isNeighbour,
  locationOf,
  type Neighbour,
  neighboursOf,
} from './relations.ts';
import { boundsOf, type RunSet, touchesFace, voxelCount } from './runs.ts';
import { type SliceFrame, sliceFrameOf, slicePercent } from './slice-axis.ts';
import { vesselContactAngle } from './vessel-angle.ts';

export interface StrictOptions {
  readonly minInstanceMm3: number;
  readonly gapsForInstances: number;
}

/** Beyond this tilt of the slices, in degrees, no diameter is called axial. */
export const LARGEST_TILT_DEGREES = 10;

const HU = "[hnsf'U]";
/** Structures outside the canonical list whose name says that they are lesions, e.g. "GTV-1" or "tumor". */
const LESION_NAME = /lesion|tumou?r|cyst|mass|metasta|carcinoma|gtv/i;

interface CaseContext {
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

function flagged(flags: readonly string[]): { flags?: string[] } {
  return flags.length > 0 ? { flags: [...flags] } : {};
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

function unitOf({ volume }: CaseContext): string {
  return volume?.units === 'HU' ? HU : '1';
}

function intensityMeasurements(
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
  const runs = largestComponent(region.runs, grid.affine);
  const bounds = boundsOf(runs);
  if (bounds === undefined) return [];
  return axialMeasurements(runs, frame, grid, false);
}

function measureInstance(
  instance: LesionInstance,
  index: number,
  region: Region,
  context: CaseContext,
): InstanceMeasurements {
  const { grid, frame, neighbours, volume, options } = context;
  const { runs } = instance;
  const bounds = boundsOf(runs) ?? { min: [0, 0, 0], max: [0, 0, 0] };
  const organ = region.parent;
  const parts = neighbours.filter((n) => n.region.kind === 'part' && n.region.parent === organ);
  const others = neighbours.filter(
    (n) => !isFamily(n.region, organ) && n.region !== region && isNeighbour(n.region),
  );
  const location = locationOf(runs, bounds, organ === undefined ? [] : parts, grid);
  const adjacent = adjacentTo(runs, bounds, others, grid);
  const measurements: Measurement[] = [
    {
      quantity: 'volume',
      value: (instance.voxels * voxelVolume(grid)) / 1000,
      unit: 'cm3',
      method: 'voxel count times voxel volume',
      ...flagged(touchesFace(bounds, grid.shape) ? ['touches-face'] : []),
    },
    ...(volume === undefined ? [] : lesionIntensity(runs, organ, context)),
    ...axialMeasurements(runs, frame, grid, true),
  ];
  if (location.shares.length > 0)
    measurements.push({
      quantity: 'location',
      value: location.shares[0].structure,
      unit: '1',
      method: location.method,
    });
  const touched = new Set(adjacent.map(({ structure }) => structure));
  for (const { region: vessel } of others)
    if (vessel.kind === 'vessel') {
      const near = touched.has(vessel.structure);
      const { degrees, slice } = near
        ? vesselContactAngle(runs, vessel.runs, frame)
        : { degrees: 0, slice: 0 };
      measurements.push({
        quantity: 'vessel-contact-angle',
        value: degrees,
        unit: 'deg',
        with: vessel.structure,
        method: 'largest share of an axial vessel outline that borders on the lesion',
        ...(degrees > 0 ? { slice } : {}),
      });
    }
  if (index <= options.gapsForInstances) {
    const targets = others.filter(({ region: r }) => r.kind === 'vessel' || r.kind === 'organ');
    for (const { structure, mm } of gapsTo(runs, targets, grid))
      measurements.push({
        quantity: 'surface-distance',
        value: mm,
        unit: 'mm',
        with: structure,
        method: 'smallest gap between voxels',
      });
  }
  return {
    index,
    structure: instance.structure,
    voxels: instance.voxels,
    centroid: [...instance.centroid],
    measurements,
    location: [...location.shares],
    adjacent,
  };
}

function lesionIntensity(runs: RunSet, organ: string | undefined, context: CaseContext): Measurement[] {
  if (context.volume === undefined) return [];
  const summary = intensityOf(runs, context.volume.data);
  if (summary.n === 0) return [];
  const out = intensityMeasurements(summary, 'all voxels of the instance', context);
  const tissue = organ === undefined ? undefined : context.tissue(organ);
  if (organ === undefined || tissue === undefined || tissue.n === 0) return out;
  const difference = summary.mean - tissue.mean;
  // RadGPT's rule: within a tenth of the organ's own spread is "iso".
  const value =
    Math.abs(difference) < tissue.std / 10
      ? 'isoattenuating'
      : difference < 0
        ? 'hypoattenuating'
        : 'hyperattenuating';
  out.push({
    quantity: 'attenuation',
    value,
    unit: '1',
    with: organ,
    method: 'mean against the organ without lesions; iso within a tenth of its standard deviation',
  });
  out.push({
    quantity: 'hu-difference',
    value: difference,
    unit: unitOf(context),
    with: organ,
    method: 'lesion mean minus organ mean',
  });
  return out;
}

/** Diameters of one connected mask; the perpendiculars and the diameter in space for lesions only. */
function axialMeasurements(runs: RunSet, frame: SliceFrame, grid: Grid, lesion: boolean): Measurement[] {
  const bounds = boundsOf(runs);
  if (bounds === undefined) return [];
  const { affine } = grid;
  const hulls = sliceHulls(runs, bounds, frame);
  const oblique = frame.tilt > LARGEST_TILT_DEGREES;
  const out: Measurement[] = [];
  const axialMethod = 'farthest voxel centres in one axial slice';
  const axial = oblique ? undefined : longestAxialDiameter(hulls, frame, affine);
  const hull = hulls.find(({ slice }) => slice === axial?.slice);
  if (axial === undefined || hull === undefined) {
    const refused = { value: null, unit: 'mm', flags: ['oblique'] };
    out.push({ quantity: 'longest-axial-diameter', ...refused, method: axialMethod });
    if (lesion)
      for (const quantity of ['perpendicular-feret', 'perpendicular-chord'])
        out.push({ quantity, ...refused });
  } else {
    const slice = axial.slice;
    out.push({
      quantity: 'longest-axial-diameter',
      value: axial.length,
      unit: 'mm',
      method: axialMethod,
      points: axial.points.map((p) => [...p] as [number, number, number]),
      slice,
    });
    if (lesion) {
      const world = (p: readonly [number, number]): [number, number, number] => [
        ...planeToWorld(frame, affine, slice, p),
      ];
      const feret = perpendicularFeret(hull, axial, frame);
      out.push({
        quantity: 'perpendicular-feret',
        value: feret.length,
        unit: 'mm',
        method: 'width of the slice across its longest diameter',
        points: [world(feret.from), world(feret.to)],
        slice,
      });
      const chord = chordAcross(runs, bounds, axial, frame);
      out.push({
        quantity: 'perpendicular-chord',
        value: chord.length,
        unit: 'mm',
        method: 'longest chord inside the lesion at right angles to its longest diameter (WHO)',
        points: [world(chord.from), world(chord.to)],
        slice,
      });
      out.push({ quantity: 'slice', value: slice, unit: '1', slice, method: 'native index' });
      out.push({
        quantity: 'slice-percent',
        value: slicePercent(frame, slice),
        unit: '%',
        slice,
        method: '100 × (slices below + 0.5) / slices',
      });
    }
  }
  if (lesion || oblique) {
    const space = longest3dDiameter(hulls, frame, affine);
    if (space !== undefined)
      out.push({
        quantity: 'longest-3d-diameter',
        value: space.length,
        unit: 'mm',
        method: 'farthest voxel centres in space',
        points: space.points.map((p) => [...p] as [number, number, number]),
      });
  }
  return out;
}

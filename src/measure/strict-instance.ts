// One lesion under the strict rules: size, intensity, place and neighbours.
import { voxelVolume } from '../domain/geometry.ts';
import type { InstanceMeasurements, Measurement } from '../domain/measurement.ts';
import { axialMeasurements } from './axial.ts';
import { intensityOf } from './intensity.ts';
import type { LesionInstance } from './lesions.ts';
import type { Region } from './regions.ts';
import { adjacentTo, gapsTo, isFamily, isNeighbour, locationOf } from './relations.ts';
import { boundsOf, type RunSet, touchesFace } from './runs.ts';
import { type CaseContext, flagged, intensityMeasurements, unitOf } from './strict-context.ts';
import { vesselContactAngle } from './vessel-angle.ts';

export function measureInstance(
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

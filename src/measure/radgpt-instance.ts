// One lesion by the published pipeline's rules.
import type { InstanceMeasurements, Measurement } from '../domain/measurement.ts';
import { partStructures } from '../domain/structures.ts';
import type { Volume } from '../domain/volume.ts';
import { components26 } from './components.ts';
import { type AxialDiameter, longestAxialDiameter, perpendicularFeret } from './diameters.ts';
import { type SliceHull, sliceHulls } from './extents.ts';
import type { LesionInstance } from './lesions.ts';
import { type MillimetreGrid, millimetreIntensity } from './millimetre-grid.ts';
import { radgptContactAngle } from './radgpt-contact.ts';
import type { DrawnMasks, Region } from './regions.ts';
import { adjacentTo, isFamily, isNeighbour, type Neighbour, type PartShare } from './relations.ts';
import { boundsOf, overlapCount, type RunSet } from './runs.ts';
import { type SliceFrame, slicePercent } from './slice-axis.ts';

export interface RadgptOptions {
  readonly minInstanceMm3: number;
}

/** What the rules know of one case while they measure it. */
export interface RadgptContext {
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

const HU = "[hnsf'U]";

/** The published numbers carry one decimal. */
export const toTenth = (value: number): number => Math.round(value * 10) / 10;

export function measureRadgptInstance(
  instance: LesionInstance,
  index: number,
  region: Region,
  context: RadgptContext,
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
  context: RadgptContext,
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
  { frame, target }: RadgptContext,
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

function locationOver10Percent(lesion: RunSet, organ: string, { neighbours }: RadgptContext): PartShare[] {
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

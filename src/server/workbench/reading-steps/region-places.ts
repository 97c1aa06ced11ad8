// Where a structure, or a measurement of it, lies in the scan: slice, structures, box, rulers, points.
import {
  type InstanceMeasurements,
  type Measurement,
  type MeasurementSet,
  type RegionMeasurements,
  regionOf,
} from '../../../domain/measurement.ts';
import { structureName } from '../../../domain/structures.ts';
import { shownUnit } from '../../../domain/units.ts';
import { measuredRegion, ruledQuantity } from '../../../measure/answer.ts';
import type { Place, PlacedMark } from '../shapes/place.ts';
import { axisOf, windowOfStructure } from './frame.ts';
import { organOfStructure } from './organs.ts';

/** Lesions that are marked in a list of them. */
const MARKED = 24;

/** What places are found from. */
export interface PlaceFacts {
  readonly set: MeasurementSet;
  readonly modality: string;
}

type Owner = RegionMeasurements | InstanceMeasurements;

/** Where a structure's mask lies; of a lesion kind the largest lesion; of an absent one its organ. */
export function structurePlace(facts: PlaceFacts, target: string): Place | undefined {
  const { set } = facts;
  const found = measuredRegion(set, target);
  if (found === undefined) return undefined;
  const { region } = found;
  if (region.bounds === undefined) {
    const organ = organOfStructure(region.structure);
    const around = organ === region.structure ? undefined : structurePlace(facts, organ);
    return around && { ...around, structures: [organ, region.structure] };
  }
  const largest = region.kind === 'lesion' ? region.instances[0] : undefined;
  const marks = [boxOf(region), ...(region.kind === 'lesion' ? pointsOf(region.instances) : [])];
  return standing(facts, largest ?? region, region, { structures: [region.structure], marks });
}

/** Where a measurement of a structure was taken, and what was measured there. */
export function measuredPlace(facts: PlaceFacts, target: string, type: string): Place | undefined {
  const { set } = facts;
  const found = measuredRegion(set, target);
  if (found === undefined) return undefined;
  const { region, instances } = found;
  const [largest] = instances;
  if (type === 'max_diameter_mm') {
    const owner = rulerOf(set, region) === undefined ? longestOf(set, instances) : region;
    return owner && ruled(facts, owner, region, [owner]);
  }
  if (REGION_TYPES.has(type)) return structurePlace(facts, region.structure);
  // Nothing was counted: the place is where it was looked for.
  if (largest === undefined) return structurePlace(facts, target);
  if (type === 'vessel_contact_deg')
    return relation(facts, region, instances, 'vessel-contact-angle', Math.max);
  if (type === 'surface_distance_mm') return relation(facts, region, instances, 'surface-distance', Math.min);
  if (type === 'largest_lesion_diameter_cm' || type === 'largest_lesion_slice')
    return ruled(facts, largest, region, [largest]);
  if (type === 'lesion_diameters_mm') return ruled(facts, largest, region, instances.slice(0, MARKED));
  const one = type.startsWith('largest_');
  const neighbour = type === 'largest_lesion_adjacent' ? largest.adjacent[0]?.structure : undefined;
  const organ = /difference|attenuation/.test(type) ? organOfStructure(largest.structure) : undefined;
  return standing(facts, largest, region, {
    structures: [region.structure, largest.structure, neighbour, organ].filter((name) => name !== undefined),
    marks: one
      ? pointsOf([largest])
      : [...pointsOf(instances), ...(region.kind === 'part' ? [boxOf(region)] : [])],
  });
}

const REGION_TYPES: ReadonlySet<string> = new Set(['volume_cm3', 'mean_hu', 'std_hu']);

/** A place on the slice in which a region or lesion is widest. */
function standing(
  facts: PlaceFacts,
  owner: Owner,
  region: RegionMeasurements,
  more: Pick<Place, 'structures'> & { readonly marks: readonly (PlacedMark | undefined)[] },
): Place {
  const window = windowOfStructure(region.structure, facts.modality);
  return {
    plane: 'axial',
    ...widestSlice(facts.set, owner),
    ...(window === undefined ? {} : { window }),
    structures: [...new Set(more.structures)],
    marks: more.marks.filter((mark) => mark !== undefined),
  };
}

/** The slice of the longest diameter; else through the lesion's centre, or the middle of the region's bounds. */
function widestSlice(set: MeasurementSet, owner: Owner): Pick<Place, 'index' | 'through'> {
  const slice = (ruledQuantity(set, owner, 'longest-axial-diameter') ?? ruledQuantity(set, owner, 'slice'))
    ?.slice;
  if (slice !== undefined) return { index: slice };
  if ('centroid' in owner) return { index: null, through: owner.centroid };
  const axis = axisOf(set, 'axial');
  const { min, max } = owner.bounds ?? { min: [0, 0, 0], max: set.shape };
  return { index: Math.floor((min[axis] + max[axis]) / 2) };
}

/** The longest diameter as it was taken: within a slice, or in space where slices are oblique. */
function rulerOf(set: MeasurementSet, owner: Owner): Measurement | undefined {
  const axial = ruledQuantity(set, owner, 'longest-axial-diameter');
  const taken =
    axial?.value === null || axial === undefined ? ruledQuantity(set, owner, 'longest-3d-diameter') : axial;
  return taken?.points?.length === 2 ? taken : undefined;
}

function longestOf(set: MeasurementSet, instances: readonly InstanceMeasurements[]) {
  const length = (one: InstanceMeasurements) => Number(rulerOf(set, one)?.value ?? 0);
  return [...instances].sort((a, b) => length(b) - length(a))[0];
}

function ruled(facts: PlaceFacts, owner: Owner, region: RegionMeasurements, all: readonly Owner[]): Place {
  const taken = rulerOf(facts.set, owner);
  const [a, b] = taken?.points ?? [];
  const place = standing(facts, owner, region, {
    structures: [region.structure, ...('index' in owner ? [owner.structure] : [])],
    marks: all.map((each) => rulerMark(facts.set, each)),
  });
  // A diameter in space crosses slices: its middle is looked at.
  if (taken?.slice !== undefined || a === undefined || b === undefined) return place;
  return { ...place, index: null, through: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2] };
}

function rulerMark(set: MeasurementSet, owner: Owner): PlacedMark | undefined {
  const taken = rulerOf(set, owner);
  if (taken?.points === undefined || typeof taken.value !== 'number') return undefined;
  const label = `${taken.value.toFixed(1)} ${shownUnit(taken.unit)}`;
  return { kind: 'ruler', frame: 'mm', points: taken.points, label, by: 'gold' };
}

function boxOf(region: RegionMeasurements): PlacedMark | undefined {
  if (region.bounds === undefined) return undefined;
  const { min, max } = region.bounds;
  return {
    kind: 'box',
    frame: 'voxel',
    points: [min, max],
    label: structureName(region.structure),
    by: 'gold',
  };
}

/** Lesions by number, the largest first. */
function pointsOf(instances: readonly InstanceMeasurements[]): PlacedMark[] {
  return instances.slice(0, MARKED).map(({ centroid, index }) => ({
    kind: 'point',
    frame: 'mm',
    points: [centroid],
    label: String(index),
    by: 'gold',
  }));
}

/** The lesion with the largest (or smallest) relation to another structure, and that structure. */
function relation(
  facts: PlaceFacts,
  region: RegionMeasurements,
  instances: readonly InstanceMeasurements[],
  quantity: string,
  pick: (a: number, b: number) => number,
): Place | undefined {
  const all = instances.flatMap((instance) => {
    const own = instance.measurements.filter((m) => m.quantity === `radgpt-${quantity}`);
    const taken = own.length > 0 ? own : instance.measurements.filter((m) => m.quantity === quantity);
    return taken.flatMap((m) => (typeof m.value === 'number' ? [{ instance, m, value: m.value }] : []));
  });
  const [first] = all;
  if (first === undefined) return structurePlace(facts, region.structure);
  const best = all.reduce(
    (a, b) => (a.value !== b.value && pick(a.value, b.value) === b.value ? b : a),
    first,
  );
  const others = [...new Set(all.map(({ m }) => m.with).filter((name) => name !== undefined))];
  const place = standing(facts, best.instance, region, {
    structures: [
      region.structure,
      best.instance.structure,
      ...(quantity === 'surface-distance' ? [] : others),
    ],
    marks: pointsOf([best.instance]),
  });
  const near = best.m.with === undefined ? undefined : regionOf(facts.set, best.m.with);
  return {
    ...place,
    structures: [...new Set([...(place.structures ?? []), ...(near === undefined ? [] : [near.structure])])],
    ...(best.m.slice === undefined ? {} : { index: best.m.slice }),
  };
}

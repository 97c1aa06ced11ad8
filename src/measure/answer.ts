// The one mapping from measurements to what the `measure` and `segment_organ` tools answer.
import {
  type InstanceMeasurements,
  type Measurement,
  type MeasurementSet,
  quantityOf,
  type RegionMeasurements,
  regionOf,
} from '../domain/measurement.ts';
import { structureOf } from '../domain/structures.ts';

/** The six of the published environment. */
export const PUBLISHED_MEASUREMENTS = [
  'volume_cm3',
  'mean_hu',
  'max_diameter_mm',
  'lesion_count',
  'largest_lesion_volume_cm3',
  'largest_lesion_diameter_cm',
] as const;

/**
 * Everything that can be asked. Lists and tables go over the counted lesions, largest by volume first:
 * `lesion_locations` holds the part each lies in ("" when unknown), `lesion_types` its own structure,
 * `vessel_contact_deg` and `surface_distance_mm` map a structure to the largest angle or smallest gap of any lesion,
 * `largest_lesion_slice` is the height of its longest diameter in percent of the scan, from the feet.
 */
export const TOOL_MEASUREMENTS = [
  ...PUBLISHED_MEASUREMENTS,
  'std_hu',
  'total_lesion_volume_cm3',
  'lesion_volumes_cm3',
  'lesion_diameters_mm',
  'lesion_mean_hu',
  'lesion_locations',
  'lesion_types',
  'largest_lesion_type',
  'largest_lesion_mean_hu',
  'largest_lesion_hu_difference',
  'largest_lesion_attenuation',
  'largest_lesion_location',
  'largest_lesion_slice',
  'largest_lesion_adjacent',
  'vessel_contact_deg',
  'surface_distance_mm',
] as const;
export type MeasurementType = (typeof TOOL_MEASUREMENTS)[number];

export interface ToolMeasurement {
  readonly target: string;
  readonly measurement_type: MeasurementType;
  readonly value: number | string | number[] | string[] | Record<string, number>;
  /** cm3, mm, cm, HU, %, deg, or "" for counts and names. */
  readonly unit: string;
  /** Standard deviation beside `mean_hu`. */
  readonly std?: number;
  readonly note?: string;
  /** Flags of the measurement, e.g. "touches-face". */
  readonly flags?: string[];
}

export interface ToolError {
  readonly error: string;
  readonly available_targets?: string[];
  readonly available_measurements?: readonly string[];
}

type Value = Pick<ToolMeasurement, 'value' | 'unit'> & Partial<ToolMeasurement>;

/** A quantity under the set's own rules: "radgpt-volume" where the rules differ, else "volume". */
export function ruledQuantity(
  set: MeasurementSet,
  owner: { readonly measurements: readonly Measurement[] },
  quantity: string,
): Measurement | undefined {
  return (
    (set.rules === 'radgpt' ? quantityOf(owner, `radgpt-${quantity}`) : undefined) ??
    quantityOf(owner, quantity)
  );
}

/** Structures with at least one voxel. */
function available(set: MeasurementSet): string[] {
  return set.regions.filter(({ voxels }) => voxels > 0).map(({ structure }) => structure);
}

/** What a target stands for: a region, and which of its instances count. */
interface Resolved {
  readonly region: RegionMeasurements;
  readonly instances: readonly InstanceMeasurements[];
  readonly note?: string;
}

/** The published names "liver_tumor", "pancreas_tumor" … mean any lesion where tumours are not told apart. */
function findRegion(
  set: MeasurementSet,
  target: string,
): { region: RegionMeasurements; note?: string } | undefined {
  const own = regionOf(set, target);
  if (own !== undefined) return { region: own };
  const organ = target.match(/^(.+)_(?:tumor|lesion)s?$/)?.[1];
  const lesions = organ === undefined ? undefined : regionOf(set, `${organ}_lesion`);
  return lesions === undefined
    ? undefined
    : { region: lesions, note: `${target} is not annotated as such: answered for ${lesions.structure}` };
}

function resolve(set: MeasurementSet, target: string): Resolved | undefined {
  const found = findRegion(set, target);
  if (found === undefined) return undefined;
  const { region, note } = found;
  if (region.kind === 'lesion' || region.instances.length > 0)
    return { region, instances: region.instances, ...(note === undefined ? {} : { note }) };
  // Asked about the lesions of an organ, or of one part of it.
  const organ = region.kind === 'part' ? region.parent : region.structure;
  const lesions = regionOf(set, `${organ}_lesion`);
  if (lesions === undefined) return { region, instances: [] };
  const instances =
    region.kind === 'part'
      ? lesions.instances.filter(({ location }) => location[0]?.structure === region.structure)
      : lesions.instances;
  return { region, instances };
}

function number(measurement: Measurement | undefined): number | undefined {
  return typeof measurement?.value === 'number' ? measurement.value : undefined;
}

function diameterMm(set: MeasurementSet, owner: { readonly measurements: readonly Measurement[] }) {
  const axial = number(ruledQuantity(set, owner, 'longest-axial-diameter'));
  if (axial !== undefined) return { mm: axial };
  const space = number(ruledQuantity(set, owner, 'longest-3d-diameter'));
  return space === undefined
    ? undefined
    : { mm: space, note: 'slices are oblique: this is the longest diameter in space' };
}

/** Measurements of the lesions in `instances`; undefined when a value is not there. */
function lesionValue(
  set: MeasurementSet,
  type: MeasurementType,
  instances: readonly InstanceMeasurements[],
): Value | undefined {
  const largest = instances[0];
  const all = (quantity: string, unit: string): Value | undefined => {
    const values = instances.map((instance) => number(ruledQuantity(set, instance, quantity)));
    return values.every((v) => v !== undefined) ? { value: values as number[], unit } : undefined;
  };
  const of = (quantity: string, unit: string): Value | undefined => {
    const found = largest === undefined ? undefined : ruledQuantity(set, largest, quantity);
    if (found === undefined || found.value === null) return undefined;
    return { value: found.value, unit, ...(found.flags === undefined ? {} : { flags: found.flags }) };
  };
  switch (type) {
    case 'lesion_count':
      return { value: instances.length, unit: '' };
    case 'lesion_volumes_cm3':
      return all('volume', 'cm3');
    case 'total_lesion_volume_cm3': {
      const volumes = all('volume', 'cm3')?.value as number[] | undefined;
      return volumes && { value: volumes.reduce((sum, v) => sum + v, 0), unit: 'cm3' };
    }
    case 'lesion_diameters_mm': {
      const diameters = instances.map((instance) => diameterMm(set, instance)?.mm);
      return diameters.every((d) => d !== undefined)
        ? { value: diameters as number[], unit: 'mm' }
        : undefined;
    }
    case 'lesion_mean_hu':
      return all('mean-hu', 'HU');
    case 'lesion_locations':
      return { value: instances.map(({ location }) => location[0]?.structure ?? ''), unit: '' };
    case 'lesion_types':
      return { value: instances.map(({ structure }) => structure), unit: '' };
    case 'largest_lesion_volume_cm3':
      return of('volume', 'cm3');
    case 'largest_lesion_diameter_cm': {
      const found = largest === undefined ? undefined : diameterMm(set, largest);
      return found && { value: found.mm / 10, unit: 'cm', ...(found.note ? { note: found.note } : {}) };
    }
    case 'largest_lesion_type':
      return largest && { value: largest.structure, unit: '' };
    case 'largest_lesion_mean_hu': {
      const std = largest === undefined ? undefined : number(ruledQuantity(set, largest, 'std-hu'));
      const mean = of('mean-hu', 'HU');
      return mean && { ...mean, ...(std === undefined ? {} : { std }) };
    }
    case 'largest_lesion_hu_difference':
      return of('hu-difference', 'HU');
    case 'largest_lesion_attenuation':
      return of('attenuation', '');
    case 'largest_lesion_location':
      return of('location', '');
    case 'largest_lesion_slice':
      return of('slice-percent', '%');
    case 'largest_lesion_adjacent':
      return largest && { value: largest.adjacent.map(({ structure }) => structure), unit: '' };
    case 'vessel_contact_deg':
      return { value: table(instances, 'vessel-contact-angle', Math.max, set), unit: 'deg' };
    case 'surface_distance_mm':
      return { value: table(instances, 'surface-distance', Math.min, set), unit: 'mm' };
    default:
      return undefined;
  }
}

function table(
  instances: readonly InstanceMeasurements[],
  quantity: string,
  pick: (a: number, b: number) => number,
  { rules }: MeasurementSet,
): Record<string, number> {
  const out: Record<string, number> = {};
  for (const { measurements } of instances) {
    const ruled = measurements.filter((m) => rules === 'radgpt' && m.quantity === `radgpt-${quantity}`);
    const chosen = ruled.length > 0 ? ruled : measurements.filter((m) => m.quantity === quantity);
    for (const { with: other, value } of chosen)
      if (other !== undefined && typeof value === 'number')
        out[other] = other in out ? pick(out[other], value) : value;
  }
  return out;
}

/** Measurements of the region as a whole; undefined when a value is not there. */
function regionValue(
  set: MeasurementSet,
  type: MeasurementType,
  region: RegionMeasurements,
): Value | undefined {
  const of = (quantity: string, unit: string): Value | undefined => {
    const found = ruledQuantity(set, region, quantity);
    if (found === undefined || found.value === null) return undefined;
    return { value: found.value, unit, ...(found.flags === undefined ? {} : { flags: found.flags }) };
  };
  switch (type) {
    case 'volume_cm3':
      return of('volume', 'cm3');
    case 'mean_hu': {
      const std = number(ruledQuantity(set, region, 'std-hu'));
      const mean = of('mean-hu', 'HU');
      return mean && { ...mean, ...(std === undefined ? {} : { std }) };
    }
    case 'std_hu':
      return of('std-hu', 'HU');
    case 'max_diameter_mm': {
      const found = diameterMm(set, region) ?? longestOf(set, region.instances);
      return found && { value: found.mm, unit: 'mm', ...(found.note ? { note: found.note } : {}) };
    }
    default:
      return undefined;
  }
}

function longestOf(set: MeasurementSet, instances: readonly InstanceMeasurements[]) {
  return instances
    .map((instance) => diameterMm(set, instance))
    .filter((found) => found !== undefined)
    .sort((a, b) => b.mm - a.mm)[0];
}

/** Types that are about a region as a whole; the others are about the lesions in it. */
const OF_REGION: ReadonlySet<MeasurementType> = new Set([
  'volume_cm3',
  'mean_hu',
  'std_hu',
  'max_diameter_mm',
]);

/**
 * What the `measure` tool answers. `target` is a canonical structure id; an organ or part stands for its lesions
 * when the type is about lesions. Never throws: what cannot be answered comes back as `{error}`.
 */
export function answerMeasure(
  set: MeasurementSet,
  target: string,
  type: MeasurementType,
): ToolMeasurement | ToolError {
  if (!TOOL_MEASUREMENTS.includes(type))
    return { error: `there is no measurement "${type}"`, available_measurements: TOOL_MEASUREMENTS };
  const resolved = resolve(set, target);
  if (resolved === undefined)
    return { error: `${target} is not annotated in this scan`, available_targets: available(set) };
  const { region, instances, note } = resolved;
  if (!OF_REGION.has(type) && region.kind !== 'lesion' && region.instances.length === 0) {
    const organ = region.kind === 'part' ? region.parent : region.structure;
    if (regionOf(set, `${organ}_lesion`) === undefined)
      return {
        error: `no lesions of ${organ} are annotated in this scan`,
        available_targets: available(set),
      };
  }
  const found = OF_REGION.has(type) ? regionValue(set, type, region) : lesionValue(set, type, instances);
  if (found === undefined)
    return { error: whyNot(set, region, type, instances.length), available_targets: available(set) };
  return {
    target,
    measurement_type: type,
    ...found,
    ...(note === undefined ? {} : { note: [note, found.note].filter(Boolean).join('; ') }),
  };
}

function whyNot(
  set: MeasurementSet,
  region: RegionMeasurements,
  type: MeasurementType,
  lesions: number,
): string {
  if (region.voxels === 0) return `${region.structure} was looked for and is absent`;
  if (!OF_REGION.has(type) && lesions === 0) return `${region.structure} has no counted lesion`;
  if (!set.hasImage && /hu|attenuation/.test(type))
    return 'there is no image, so no attenuation can be measured';
  const flags = region.measurements.filter((m) => m.value === null).flatMap((m) => m.flags ?? []);
  const reason = flags.length > 0 ? ` (${[...new Set(flags)].join(', ')})` : '';
  return `${type} is not defined for ${region.structure}${reason}`;
}

export type ToolSegment =
  | {
      readonly mask_found: true;
      readonly target: string;
      readonly voxel_count: number;
      /** Inclusive voxel bounds in the stored index order. */
      readonly bounding_box: { min: [number, number, number]; max: [number, number, number] };
      /** Counted lesions, for lesion structures. */
      readonly instances?: number;
      readonly note?: string;
    }
  | {
      readonly mask_found: false;
      readonly target: string;
      readonly error: string;
      readonly available_targets: string[];
      /** 0 when the structure was looked for and is absent. */
      readonly instances?: number;
    };

/** What the `segment_organ` tool answers. */
export function answerSegment(set: MeasurementSet, target: string): ToolSegment {
  const found = findRegion(set, target);
  const lesion = found !== undefined && found.region.kind === 'lesion';
  if (found === undefined || found.region.bounds === undefined)
    return {
      mask_found: false,
      target,
      error:
        found === undefined
          ? `${target} is not annotated in this scan`
          : `${found.region.structure} was looked for and is absent`,
      available_targets: available(set),
      ...(lesion ? { instances: 0 } : {}),
    };
  const { region, note } = found;
  return {
    mask_found: true,
    target,
    voxel_count: region.voxels,
    bounding_box: region.bounds as { min: [number, number, number]; max: [number, number, number] },
    ...(lesion || structureOf(region.structure)?.kind === 'lesion'
      ? { instances: region.instances.length }
      : {}),
    ...(note === undefined ? {} : { note }),
  };
}

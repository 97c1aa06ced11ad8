// The value of each tool measurement, taken from a region or from its lesions.
import {
  type InstanceMeasurements,
  type Measurement,
  type MeasurementSet,
  quantityOf,
  type RegionMeasurements,
} from '../domain/measurement.ts';
import type { MeasurementType, ToolMeasurement } from './tool-measurements.ts';

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
export function lesionValue(
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
export function regionValue(
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

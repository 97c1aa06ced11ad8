// What each step of a gold chain yields, in one sentence: told to readers on the rungs of the ladder.
import type { EvidenceStep } from '../domain/question.ts';
import { structureName } from '../domain/structures.ts';
import { shownUnit } from '../domain/units.ts';
import { shown } from './choices.ts';
import { sentence } from './families/structures.ts';
import type { PlannedStep } from './question-type.ts';

/** How measurement types are called in a sentence; others by their own words. */
const CALLED: Readonly<Record<string, string>> = {
  volume_cm3: 'volume',
  mean_hu: 'mean attenuation',
  lesion_count: 'number of lesions',
  total_lesion_volume_cm3: 'total volume of lesions',
  lesion_volumes_cm3: 'volumes of the lesions',
  lesion_locations: 'locations of the lesions',
  largest_lesion_volume_cm3: 'volume of the largest lesion',
  largest_lesion_diameter_cm: 'longest axial diameter of the largest lesion',
  largest_lesion_mean_hu: 'mean attenuation of the largest lesion',
  largest_lesion_location: 'location of the largest lesion',
  largest_lesion_slice: 'height of the largest lesion',
  largest_lesion_adjacent: 'neighbours of the largest lesion, largest contact first',
  largest_lesion_type: 'type of the largest lesion',
  vessel_contact_deg: 'contact with vessels',
};

const UCUM: Readonly<Record<string, string>> = { HU: "[hnsf'U]", '': '1' };

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (result: unknown): Fields =>
  typeof result === 'object' && result !== null ? (result as Fields) : {};

function spoken(value: unknown, unit: string): string {
  const sign = shownUnit(UCUM[unit] ?? unit);
  const suffix = sign === '' || sign === '°' ? sign : ` ${sign}`;
  if (typeof value === 'number') return `${shown(value, Number.isInteger(value) ? 0 : 2)}${suffix}`;
  if (typeof value === 'string') return value === '' ? 'unknown' : structureName(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((v) => spoken(v, unit)).join(', ');
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    return entries.length === 0
      ? 'none'
      : entries.map(([name, v]) => `${structureName(name)} ${spoken(v, unit)}`).join(', ');
  }
  return 'unknown';
}

/** The evidence of a planned call and its result. Results with an error give a sentence that says so. */
export function evidenceOf(step: PlannedStep, result: unknown): EvidenceStep {
  const fields = fieldsOf(result);
  const { primitive, tool } = step;
  const call = { primitive, tool, arguments: { ...step.arguments } };
  const name = sentence(structureName(step.arguments.target ?? ''));
  if (primitive === 'segment') {
    const { voxel_count, instances, mask_found } = fields;
    const count =
      typeof instances === 'number' ? ` in ${instances} separate lesion${instances === 1 ? '' : 's'}` : '';
    const statement =
      mask_found === true
        ? `${name}: a mask of ${String(voxel_count)} voxels${count}.`
        : `${name}: looked for, no mask found.`;
    return {
      ...call,
      value: typeof instances === 'number' ? instances : (voxel_count ?? 0),
      unit: '1',
      statement,
    };
  }
  if (primitive === 'measure') {
    const type = step.arguments.measurement_type ?? '';
    const label = CALLED[type] ?? type.replaceAll('_', ' ');
    if (fields.error !== undefined)
      return {
        ...call,
        value: null,
        statement: `${name}: ${label} not available (${String(fields.error)}).`,
      };
    const unit = typeof fields.unit === 'string' ? fields.unit : '';
    return {
      ...call,
      value: fields.value,
      unit: UCUM[unit] ?? unit,
      statement: `${name}: ${label} ${spoken(fields.value, unit)}.`,
    };
  }
  const first = Array.isArray(fields.results) ? fieldsOf(fields.results[0]) : {};
  const criterion = fieldsOf(first.criterion);
  return {
    ...call,
    value: criterion.thresholds ?? null,
    ...(typeof criterion.id === 'string'
      ? { criterion: { id: criterion.id, set: String(criterion.set), version: String(criterion.version) } }
      : {}),
    statement: typeof first.text === 'string' ? first.text : 'No criterion was found.',
  };
}

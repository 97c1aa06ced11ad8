// Steps and their values in a few words.
import type { BoundedJson, GoldStep, ReaderStep } from '@shapes/read.ts';
import { plain, words } from '../../parts/words.ts';

const VERBS = { segment: 'Segment', measure: 'Measure', knowledge: 'Look up', compare: 'Compare' } as const;

/** "Measure: spleen, volume cm3". */
export function goldTitle({ primitive, arguments: given = {} }: GoldStep): string {
  const about = Object.values(given).map(words).join(', ');
  return about === '' ? VERBS[primitive] : `${VERBS[primitive]}: ${about}`;
}

/** "Render slice: axial, 30". */
export function callTitle({ tool, note, arguments: given }: ReaderStep): string {
  const name = plain(words(tool));
  if (note) return `Note: ${name}`;
  const values = 'json' in given && typeof given.json === 'object' && given.json !== null ? given.json : {};
  const about = Object.values(values)
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .map((value) => (typeof value === 'string' ? plain(words(value.slice(0, 60))) : String(value)))
    .slice(0, 4)
    .join(', ');
  const title = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
  return about === '' ? title : `${title}: ${about}`;
}

export function goldValue({ value, unit, primitive, statement }: GoldStep): string {
  if (!('json' in value)) return 'a long value';
  if (primitive === 'segment' && typeof value.json === 'number') {
    if (/no mask found/.test(statement)) return 'no mask';
    return /separate lesion/.test(statement) ? lesions(value.json) : `${shortNumber(value.json)} voxels`;
  }
  if (value.json === null) return primitive === 'knowledge' ? 'nothing found' : 'not available';
  return inWords(value.json, unit === '1' ? '' : (unit ?? ''));
}

/** What came back, short: the value with its unit, voxels of a mask, the criterion found, or the error. */
export function callValue({ result, error }: ReaderStep): string {
  if (error !== undefined) return 'failed';
  const fields = fieldsOf(result);
  if (fields === undefined) return 'cut' in result ? 'a long result' : inWords(result.json, '');
  if (typeof fields.error === 'string' && fields.mask_found === undefined)
    return plain(fields.error.slice(0, 120));
  const unit = typeof fields.unit === 'string' ? (UNITS[fields.unit] ?? fields.unit) : '';
  if (fields.value !== undefined) return inWords(fields.value, unit);
  if (fields.mask_found === false) return 'no mask';
  if (typeof fields.instances === 'number') return lesions(fields.instances);
  if (typeof fields.voxel_count === 'number') return `${shortNumber(fields.voxel_count)} voxels`;
  if (Array.isArray(fields.results)) {
    const [first] = fields.results as readonly { readonly criterion?: { readonly id?: unknown } }[];
    const id = first?.criterion?.id;
    return typeof id === 'string' ? plain(words(id)) : `${fields.results.length} found`;
  }
  if (typeof fields.mean === 'number') return `mean ${inWords(fields.mean, unit)}`;
  if (typeof fields.image === 'string') return 'a picture';
  return `${Object.keys(fields).length} fields`;
}

const lesions = (n: number): string => `${shortNumber(n)} ${n === 1 ? 'lesion' : 'lesions'}`;

const UNITS: Readonly<Record<string, string>> = { cm3: 'cm³', mm3: 'mm³', deg: '°' };

function fieldsOf(result: BoundedJson): Readonly<Record<string, unknown>> | undefined {
  if (!('json' in result)) return undefined;
  const { json } = result;
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Readonly<Record<string, unknown>>)
    : undefined;
}

function inWords(value: unknown, unit: string): string {
  const after = unit === '' || unit === '°' ? unit : ` ${unit}`;
  if (typeof value === 'number') return `${shortNumber(value)}${after}`;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value === '' ? 'unknown' : plain(words(value.slice(0, 120)));
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : `${list(value.map((each) => inWords(each, '')))}${after}`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    return entries.length === 0
      ? 'none'
      : list(entries.map(([name, each]) => `${plain(words(name))} ${inWords(each, '')}${after}`));
  }
  return '–';
}

const list = (all: readonly string[]): string =>
  all.length > 4 ? `${all.slice(0, 4).join(', ')} and ${all.length - 4} more` : all.join(', ');

export const shortNumber = (value: number): string =>
  Number.isInteger(value)
    ? value.toLocaleString('en-GB')
    : Number(value.toPrecision(4)).toLocaleString('en-GB', { maximumFractionDigits: 4 });

/** "−26 %" between two numbers, where both are such. */
export function differenceOf(gold: GoldStep, call: ReaderStep): string | undefined {
  const wanted = 'json' in gold.value ? gold.value.json : undefined;
  const fields = fieldsOf(call.result);
  const got =
    fields?.value ?? (gold.primitive === 'segment' ? (fields?.instances ?? fields?.voxel_count) : undefined);
  if (fields?.mask_found === false) return undefined;
  if (typeof wanted !== 'number' || typeof got !== 'number' || wanted === 0) return undefined;
  const share = (100 * (got - wanted)) / Math.abs(wanted);
  if (Math.abs(share) < 0.05) return 'same';
  const shown = Math.abs(share) >= 10 ? Math.abs(share).toFixed(0) : Math.abs(share).toFixed(1);
  return `${share < 0 ? '−' : '+'}${shown} %`;
}

export const CAUSES = {
  'no-tool': 'no tool was called',
  'budget-short': 'the run granted too few turns',
  'wrong-tool': 'the tool of this step was never called',
  'wrong-argument': 'called with other arguments',
  'wrong-measurement': 'the value differs, or the call failed',
  'wrong-rule': 'the criterion was not found',
  'wrong-conclusion': 'every step was made, and the answer is still wrong',
} as const;

// Text and JSON documents without identifiers; in JSON the names of fields say what their values are.
import { OverreadError } from '../domain/errors.ts';
import type { PhiCategory } from './categories.ts';
import { type DetectOptions, detect, withoutFindings } from './detect.ts';

export interface DocumentRedaction {
  readonly text: string;
  readonly found: readonly {
    readonly category: PhiCategory;
    readonly detector: string;
    readonly value: string;
  }[];
}

/** Fields whose whole value identifies, by their name without case, spaces, dashes and underscores. */
const FIELDS: readonly (readonly [pattern: RegExp, category: PhiCategory])[] = [
  [
    /^(patient|full|first|last|middle|given|family|maiden|sur)?names?$|(physician|doctor|radiologist|author|operator|guarantor|guardian|spouse|provider|technologist)(name)?$|^(signed|read|dictated|reported|approved)by$|^patient$|^(institution|hospital|clinic|facility|organi[sz]ation|employer|station)(name)?$/,
    'name',
  ],
  [
    /^(street|home|mailing|postal|billing)?address(line)?\d?$|^(city|town|county|zip|zipcode|postcode|postalcode|street)$/,
    'address',
  ],
  [/date|^dob$|birthday|timestamp|datetime$|^(admitted|discharged|born|died)(at|on)?$/, 'date'],
  [/phone|mobile|^tel$|telephone|pager/, 'phone'],
  [/fax/, 'fax'],
  [/e?mail/, 'email'],
  [/^ssn$|socialsecurity/, 'ssn'],
  [/^mrn$|medicalrecord|^patientid(entifier)?$|^patientnumber$|chart(number|no|id)/, 'mrn'],
  [/insurance|member(id|number)|policy|subscriber|beneficiary/, 'insurance'],
  [
    /account|accession|invoice|statement(no|number|id)|encounter(id|number)|visit(id|number)|^order(id|number)$/,
    'account',
  ],
  [/licen[cs]e|certificate|passport|^npi$/, 'licence'],
  [/vehicle|plate|^vin$/, 'vehicle'],
  [/serial(no|number)?$|^deviceid$/, 'device'],
  [/^(url|website|link)$/, 'url'],
  [/^ip(address)?$/, 'ip'],
  [/uid$|^uuid$/, 'other'],
];

/** A text document: whatever the detectors find becomes its category in brackets. */
export function redactPlainText(text: string, options: DetectOptions = {}): DocumentRedaction {
  const findings = detect(text, options);
  return {
    text: withoutFindings(text, findings),
    found: findings.map(({ category, detector, start, end }) => ({
      category,
      detector,
      value: text.slice(start, end),
    })),
  };
}

/**
 * JSON: every text in it as above, and values of fields whose name says that they identify as a whole. Field names that
 * themselves identify are replaced too. Throws `file-corrupt`.
 */
export function redactJson(text: string, name: string, options: DetectOptions = {}): DocumentRedaction {
  const value = parsed(text, name);
  const found: DocumentRedaction['found'][number][] = [];
  const indent = /^[[{]\n( +|\t)/.exec(text)?.[1];
  const out = JSON.stringify(redactedValue(value, undefined, options, found), null, indent);
  return { text: text.endsWith('\n') ? `${out}\n` : out, found };
}

/** JSON lines, one document each. Throws `file-corrupt`. */
export function redactJsonLines(text: string, name: string, options: DetectOptions = {}): DocumentRedaction {
  const parts = text
    .split('\n')
    .map((line) => (line.trim() === '' ? { text: line, found: [] } : redactJson(line, name, options)));
  return { text: parts.map((part) => part.text).join('\n'), found: parts.flatMap((part) => part.found) };
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new OverreadError('file-corrupt', `${name} is no valid JSON: export it again.`, { cause });
  }
}

function categoryOf(key: string | undefined): PhiCategory | undefined {
  if (key === undefined) return undefined;
  const plain = key.toLowerCase().replace(/[\s_.-]/g, '');
  return FIELDS.find(([pattern]) => pattern.test(plain))?.[1];
}

function redactedValue(
  value: unknown,
  key: string | undefined,
  options: DetectOptions,
  found: DocumentRedaction['found'][number][],
): unknown {
  if (Array.isArray(value)) return value.map((item) => redactedValue(item, key, options, found));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => {
        // A field called "patient" that holds an object is a group of fields.
        const inner = redactedValue(item, name, options, found);
        return [redactPlainText(name, options).text, inner];
      }),
    );
  const category = categoryOf(key);
  if (
    category !== undefined &&
    (typeof value === 'number' || (typeof value === 'string' && value.trim() !== ''))
  ) {
    found.push({ category, detector: 'field-name', value: String(value) });
    return `[${category.toUpperCase()}]`;
  }
  if (typeof value === 'number') {
    // A number of nine digits and more is an identifier sooner than a measurement.
    if (!Number.isInteger(value) || Math.abs(value) < 1e8) return value;
    found.push({ category: 'other', detector: 'long-number', value: String(value) });
    return '[OTHER]';
  }
  if (typeof value !== 'string') return value;
  const redacted = redactPlainText(value, options);
  found.push(...redacted.found);
  return redacted.text;
}

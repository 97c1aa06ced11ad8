// A DICOM data set without what identifies: every attribute, in every nested item, treated as the profile says.
import { createHmac } from 'node:crypto';
import { number, text, texts } from '../../imaging/dicom/attributes.ts';
import { decodeText } from '../../imaging/dicom/charset.ts';
import type { DataSet, Element } from '../../imaging/dicom/elements.ts';
import type { DicomFile } from '../../imaging/dicom/parse.ts';
import type { PhiCategory } from '../categories.ts';
import { detect, type Term, withoutFindings, wordsOf } from '../detect.ts';
import { pseudonym } from '../pseudonym.ts';
import { isCode } from './code-words.ts';
import { standardVr } from './dictionary.ts';
import { littleEndian, textElement } from './encode.ts';
import { type ProfileOptions, type Treatment, treatmentOf } from './profile.ts';

export interface HeaderFinding {
  /** Innermost tag. */
  readonly tag: string;
  readonly treatment: Exclude<Treatment, 'keep' | 'items'>;
  /** A category of identifiers, or "uid", "private" (a manufacturer's attribute), "graphics", "attribute". */
  readonly category: string;
  /** What stood there, for hashing; never written anywhere. */
  readonly value: string;
}

export interface DeidentifiedHeader {
  readonly dataset: DataSet;
  readonly findings: readonly HeaderFinding[];
  /** What the header said of the patient and the visit: to look for in text and pixels. */
  readonly terms: readonly Term[];
  readonly sopClass: string;
  readonly sopInstance: string;
}

export interface HeaderOptions extends ProfileOptions {
  /** Of pseudonyms, UIDs and date shifts: equal secrets give equal ones. */
  readonly secret: string;
  /** What identifies besides what the header says. */
  readonly terms?: readonly Term[];
}

const STANDARD_UID = /^1\.2\.840\.10008\./;
const PLAIN_CODE = /^[A-Z0-9_ \\.+-]*$/;
const PLAIN_NUMBER = /^[0-9+\-.eE \\]*$/;
const MOST_SHORT = 65_534;
/** Attributes whose values, wherever else they stand, identify as well. */
const TERM_TAGS: Readonly<Record<string, PhiCategory>> = {
  ...{
    '00100020': 'mrn',
    '00101000': 'mrn',
    '00080050': 'account',
    '00101040': 'address',
    '00102154': 'phone',
  },
  ...{
    '00080080': 'name',
    '00080081': 'address',
    '00101005': 'name',
    '00101060': 'name',
    '00380010': 'account',
  },
  ...{
    '00102160': 'other',
    '00181000': 'device',
    '00101080': 'other',
    '00401001': 'account',
    '00081010': 'device',
  },
};

/** A UID under 2.25 that only the secret can connect with the original. */
export function replacedUid(secret: string, uid: string): string {
  const digest = createHmac('sha256', secret).update(`uid\u0000${uid}`).digest('hex');
  return `2.25.${BigInt(`0x${digest.slice(0, 32)}`)}`;
}

/** Days by which a patient's dates are moved: 1 to 365 into the past, the same for all of a patient's files. */
export function dateShift(secret: string, patient: string): number {
  const digest = createHmac('sha256', secret).update(`days\u0000${patient}`).digest();
  return -(1 + (digest.readUInt32BE(0) % 365));
}

const trimmed = (value: string) => value.replace(/[\0\s]+$/, '');

function vrOf(tag: string, { vr }: Element, signed: boolean): string {
  return vr === 'UN' ? (standardVr(tag, signed) ?? 'UN') : vr;
}

/** What a data set says of people, places and visits, in all its items. */
function termsOf(dataset: DataSet, signed: boolean, out: Term[] = []): Term[] {
  for (const [tag, element] of dataset.elements) {
    for (const item of element.items ?? []) termsOf(item, signed, out);
    if (element.value.length === 0 || element.value.length > 1024) continue;
    const vr = vrOf(tag, element, signed);
    const category = TERM_TAGS[tag] ?? (vr === 'PN' ? 'name' : undefined);
    if (category === undefined) continue;
    for (const value of texts(dataset, tag)) {
      out.push({ text: value, category });
      if (category === 'name' && vr === 'PN')
        for (const word of wordsOf(value)) out.push({ text: word, category });
    }
  }
  return out;
}

/** Applies the profile to a parsed file. Pixel data are handed on as they are: `cleanPixels` looks after them. */
export function deidentifyHeader(file: DicomFile, options: HeaderOptions): DeidentifiedHeader {
  const signed = number(file, '00280103', 'US') === 1;
  const patient = text(file, '00100020') ?? text(file, '00100010') ?? '';
  const terms = termsOf(file, signed, [...(options.terms ?? [])]);
  const findings: HeaderFinding[] = [];
  const context: Context = { options, signed, terms, findings, shift: dateShift(options.secret, patient) };
  const elements = new Map(treatedElements(file, context));
  if (file.elements.has('00100020') || file.elements.has('00100010')) {
    const alias = pseudonym(options.secret, 'patient', patient);
    elements.set('00100010', textElement('PN', alias)).set('00100020', textElement('LO', alias));
  }
  const uidAt = (tag: string, meta: string) => text(file, tag) ?? text(file.meta, meta) ?? '';
  const instance = uidAt('00080018', '00020003');
  return {
    dataset: { elements, littleEndian: true, charset: file.charset },
    findings,
    terms,
    sopClass: uidAt('00080016', '00020002'),
    sopInstance: options.keepUids ? instance : replacedUid(options.secret, instance),
  };
}

interface Context {
  readonly options: HeaderOptions;
  readonly signed: boolean;
  readonly terms: readonly Term[];
  readonly findings: HeaderFinding[];
  readonly shift: number;
}

function* treatedElements(dataset: DataSet, context: Context): Iterable<[string, Element]> {
  for (const [tag, element] of dataset.elements) {
    const vr = vrOf(tag, element, context.signed);
    const treated = treatedElement(dataset, tag, vr, element, context);
    if (treated !== undefined) yield [tag, treated];
  }
}

function treatedElement(
  dataset: DataSet,
  tag: string,
  vr: string,
  element: Element,
  context: Context,
): Element | undefined {
  const { options, findings, shift } = context;
  const treatment = treatmentOf(tag, vr, options);
  if (treatment === 'items' && element.items !== undefined) {
    const items = element.items.map((item) => ({
      elements: new Map(treatedElements(item, context)),
      littleEndian: true,
      charset: item.charset,
    }));
    return { vr: 'SQ', value: new Uint8Array(0), items };
  }
  const value = readable(dataset, vr, element);
  const note = (what: HeaderFinding['treatment'], original = value) => {
    if (original !== '' || element.items !== undefined)
      findings.push({ tag, treatment: what, category: categoryOf(tag, vr), value: original });
  };
  const removed = (): undefined => {
    note('remove');
    return undefined;
  };
  switch (treatment) {
    case 'keep':
      return kept(dataset, tag, vr, element, value, context) ?? removed();
    case 'clean':
      return cleaned(dataset, vr, element, value, context, (hidden) => note('clean', hidden)) ?? removed();
    case 'uid': {
      const uids = value.split('\\');
      if (uids.every((uid) => uid === '' || STANDARD_UID.test(uid))) return textElement('UI', value);
      note('uid');
      const replaced = uids.map((uid) =>
        uid === '' || STANDARD_UID.test(uid) ? uid : replacedUid(options.secret, uid),
      );
      return textElement('UI', replaced.join('\\'));
    }
    case 'shift':
      note('shift');
      return textElement(
        vr,
        value
          .split('\\')
          .map((date) => shifted(vr, date, shift))
          .join('\\'),
      );
    case 'empty':
      note('empty');
      return element.items === undefined
        ? { vr, value: new Uint8Array(0) }
        : { vr: 'SQ', value: element.value, items: [] };
    case 'dummy':
      note('dummy');
      return dummy(vr);
    default:
      return removed();
  }
}

function categoryOf(tag: string, vr: string): string {
  if (Number.parseInt(tag.slice(3, 4), 16) % 2 === 1) return 'private';
  if (/^[56]0[0-9a-f]{2}/.test(tag)) return 'graphics';
  if (vr === 'UI') return 'uid';
  if (vr === 'DA' || vr === 'DT' || vr === 'TM' || vr === 'AS') return 'date';
  return TERM_TAGS[tag] ?? (vr === 'PN' ? 'name' : 'attribute');
}

const BINARY_VRS = /^(O[BDFLVW]|UN|US|SS|UL|SL|FL|FD|AT|SV|UV)$/;

/** A value as text; binary ones are empty. */
function readable(dataset: DataSet, vr: string, { value, items }: Element): string {
  if (items !== undefined || BINARY_VRS.test(vr)) return '';
  return trimmed(decodeText(value, dataset.charset));
}

/** Code strings without which nothing can be read: character set, image type, photometric interpretation, modality. */
const STANDARD_CODES = new Set(['00080005', '00280004', '00080060']);

/** The values of a code string that are codes, up to the first that is none; undefined when none is left. */
function knownCodes(value: string): Element | undefined {
  const values = value.split('\\');
  const first = values.findIndex((one) => !isCode(one));
  return first <= 0 ? undefined : textElement('CS', values.slice(0, first).join('\\'));
}

/** Whether a value holds a term. Numbers must be the whole of it: a record number of 1000 is in many a coordinate. */
function names(vr: string, value: string, term: string): boolean {
  if (vr === 'DS' || vr === 'IS')
    return term.length >= 6 && value.split('\\').some((one) => one.trim() === term);
  // Short attributes cut what is put into them: the greater part of a name is the name.
  const part = term.length <= 6 ? term : term.slice(0, Math.max(6, Math.ceil(0.6 * term.length)));
  return part.length >= 4 && value.toLowerCase().includes(part.toLowerCase());
}

/** The element as it is, unless it cannot be what its VR says or names somebody: then undefined. */
function kept(
  dataset: DataSet,
  tag: string,
  vr: string,
  element: Element,
  value: string,
  { terms }: Context,
): Element | undefined {
  const { fragments } = element;
  if (fragments !== undefined) return { vr: 'OB', value: element.value, fragments };
  if (BINARY_VRS.test(vr)) {
    // Pixels of 32 bits are written as words of 16, and turned round as what they are.
    const wide = tag === '7fe00010' && number(dataset, '00280100', 'US') === 32;
    return { vr, value: littleEndian(wide ? 'OL' : vr, element.value, dataset.littleEndian) };
  }
  if (element.value.length > MOST_SHORT && vr !== 'UT') return undefined;
  if (vr === 'CS' && !PLAIN_CODE.test(value)) return undefined;
  if (vr === 'CS' && !STANDARD_CODES.has(tag) && !isCode(value)) return knownCodes(value);
  if ((vr === 'DS' || vr === 'IS') && !PLAIN_NUMBER.test(value)) return undefined;
  if (terms.some(({ text: term }) => names(vr, value, term))) return undefined;
  return { vr, value: element.value };
}

function cleaned(
  dataset: DataSet,
  vr: string,
  element: Element,
  value: string,
  { terms }: Context,
  note: (hidden: string) => void,
): Element | undefined {
  if (BINARY_VRS.test(vr) || vr === 'PN' || element.value.length > MOST_SHORT) return undefined;
  const found = detect(value, { terms });
  const rest = withoutFindings(value, found);
  if (terms.some(({ text: term }) => names(vr, rest, term))) return undefined;
  if (found.length === 0) return { vr, value: element.value };
  for (const { start, end } of found) note(value.slice(start, end));
  // What is put in is ASCII; what stays must be writable in the file's own character set.
  const ascii = /^[\t\n\f\r\x20-\x7e]*$/.test(rest);
  if (!ascii && dataset.charset !== 'utf-8') return undefined;
  const room: Readonly<Record<string, number>> = { SH: 16, LO: 64, ST: 1024, LT: 10_240 };
  return textElement(vr, rest.slice(0, room[vr] ?? rest.length));
}

const DUMMIES: Readonly<Record<string, string>> = {
  ...{ DA: '19000101', TM: '000000', DT: '19000101000000', DS: '0', IS: '0', AS: '000Y', UR: 'removed' },
};

function dummy(vr: string): Element {
  if (vr === 'UI') return textElement('UI', '2.25.0');
  if (BINARY_VRS.test(vr))
    return { vr, value: new Uint8Array(vr === 'FD' || vr === 'SV' || vr === 'UV' ? 8 : 4) };
  return textElement(vr, DUMMIES[vr] ?? 'REMOVED');
}

/** A date or date-time moved by days, times as they are; what is no date becomes empty. */
export function shifted(vr: string, value: string, days: number): string {
  if (vr === 'TM') return /^[0-9.:]*$/.test(value) ? value : '';
  const match = /^(\d{4})[.-]?(\d{2})[.-]?(\d{2})(.*)$/.exec(value.trim());
  if (match === null) return '';
  const [, year, month, day, rest] = match;
  const moved = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)) + days * 86_400_000);
  if (Number.isNaN(moved.getTime()) || !/^[0-9.+-]*$/.test(rest)) return '';
  return moved.toISOString().slice(0, 10).replaceAll('-', '') + (vr === 'DT' ? rest : '');
}

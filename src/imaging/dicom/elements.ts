// The elements of a DICOM data set: tags, value representations, lengths, sequences and fragments (PS3.5 7).
import { charsetLabel } from './charset.ts';

/** One attribute: where its value lies, or its items. Tags are "ggggeeee" in lower-case hexadecimal. */
export interface Element {
  /** Value representation; "UN" when an implicit file does not tell. */
  readonly vr: string;
  /** Value bytes, a view into the file; empty for sequences. */
  readonly value: Uint8Array;
  readonly items?: readonly DataSet[];
  /** Encapsulated pixel data: the fragments, the first being the basic offset table. */
  readonly fragments?: readonly { readonly offset: number; readonly value: Uint8Array }[];
}

export interface DataSet {
  readonly elements: ReadonlyMap<string, Element>;
  readonly littleEndian: boolean;
  /** Character set of its text, as a TextDecoder calls it; undefined for none or the default. */
  readonly charset?: string;
}

const LONG_VRS = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
export const VRS = new Set([
  ...LONG_VRS,
  ...['AE', 'AS', 'AT', 'CS', 'DA', 'DS', 'DT', 'FD', 'FL', 'IS', 'LO', 'LT', 'PN', 'SH', 'SL', 'SS', 'ST'],
  ...['TM', 'UI', 'UL', 'US'],
]);
const UNDEFINED_LENGTH = 0xffffffff;
const ITEM = 'fffee000';
const ITEM_END = 'fffee00d';
const SEQUENCE_END = 'fffee0dd';
/** Deeper nesting than any real object has; stops a file that nests to exhaust the stack. */
const MAX_DEPTH = 64;
const EMPTY = new Uint8Array(0);

/** Signals the end of what can be read; `parseDicom` turns it into `brokenAt`. */
export class Broken extends Error {}

export interface Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly little: boolean;
  at: number;
  /** The attribute being read, for `brokenAt`. */
  tag: string;
  /** Character set in force, which items inherit. */
  charset?: string;
  /** Encapsulated pixel data ran to the end of the file without their delimiter. */
  undelimited?: boolean;
}

export function cursorAt(bytes: Uint8Array, at: number, little: boolean): Cursor {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), little, at, tag: '' };
}

function need(c: Cursor, bytes: number, end: number): void {
  if (c.at + bytes > end) throw new Broken();
}

function tagAt(c: Cursor, at: number): string {
  const number = c.view.getUint16(at, c.little) * 65536 + c.view.getUint16(at + 2, c.little);
  return number.toString(16).padStart(8, '0');
}

function readTag(c: Cursor, end: number): string {
  need(c, 4, end);
  c.at += 4;
  return tagAt(c, c.at - 4);
}

function readLength(c: Cursor, end: number): number {
  need(c, 4, end);
  c.at += 4;
  return c.view.getUint32(c.at - 4, c.little);
}

/** True when the two bytes at `at` spell a value representation. */
export function vrAt(c: Cursor, at: number): string | undefined {
  if (at + 2 > c.bytes.length) return undefined;
  const vr = String.fromCharCode(c.bytes[at], c.bytes[at + 1]);
  return VRS.has(vr) ? vr : undefined;
}

function readFragments(c: Cursor, end: number): Element['fragments'] {
  const fragments: { offset: number; value: Uint8Array }[] = [];
  let base = 0;
  while (c.at < end) {
    const start = c.at;
    const tag = readTag(c, end);
    const length = readLength(c, end);
    if (tag === SEQUENCE_END) return fragments;
    // What is no item ends the pixel data; a fragment that runs over the end of the file is cut there.
    if (tag !== ITEM) {
      c.at = start;
      return fragments;
    }
    const stop = Math.min(end, c.at + length);
    fragments.push({ offset: start - base, value: c.bytes.subarray(c.at, stop) });
    if (fragments.length === 1) base = stop;
    c.at = stop;
  }
  c.undelimited = true;
  return fragments;
}

function readItems(c: Cursor, length: number, explicit: boolean, end: number, depth: number): DataSet[] {
  if (depth > MAX_DEPTH) throw new Broken();
  const items: DataSet[] = [];
  const stop = length === UNDEFINED_LENGTH ? end : Math.min(end, c.at + length);
  while (c.at + 8 <= stop) {
    const tag = readTag(c, stop);
    const itemLength = readLength(c, stop);
    if (tag === SEQUENCE_END) return items;
    if (tag !== ITEM) throw new Broken();
    const itemEnd = itemLength === UNDEFINED_LENGTH ? stop : Math.min(stop, c.at + itemLength);
    const elements = new Map<string, Element>();
    const inherited = c.charset;
    readElements(c, elements, explicit, itemEnd, depth + 1);
    items.push({ elements, littleEndian: c.little, charset: c.charset });
    c.charset = inherited;
    if (itemLength !== UNDEFINED_LENGTH) c.at = itemEnd;
  }
  if (length !== UNDEFINED_LENGTH) c.at = stop;
  return items;
}

/** Bytes up to the sequence delimiter, for an attribute of undefined length that holds no items. */
function skipToDelimiter(c: Cursor, end: number): Uint8Array {
  const start = c.at;
  for (; c.at + 8 <= end; c.at += 1)
    if (tagAt(c, c.at) === SEQUENCE_END) {
      c.at += 8;
      return c.bytes.subarray(start, c.at - 8);
    }
  throw new Broken();
}

function readValue(
  c: Cursor,
  tag: string,
  vr: string,
  length: number,
  explicit: boolean,
  end: number,
  depth: number,
): Element {
  const next = c.at + 4 <= end ? tagAt(c, c.at) : '';
  const startsItem = next === ITEM || next === SEQUENCE_END;
  if (length === UNDEFINED_LENGTH && tag === '7fe00010')
    return { vr, value: EMPTY, fragments: readFragments(c, end) };
  const privateTag = Number.parseInt(tag.slice(3, 4), 16) % 2 === 1;
  // Neither an implicit file nor UN says SQ: an item tag at the start of the value does. Pixels may look alike.
  const guessed = vr === 'UN' && startsItem && !tag.startsWith('7fe0') && !privateTag;
  if (vr === 'SQ' || guessed || (length === UNDEFINED_LENGTH && startsItem)) {
    // UN is encoded implicitly inside an explicit file (PS3.5 6.2.2 note 2).
    const inner = explicit && vr !== 'UN';
    const items = readItems(c, length, inner, end, depth);
    return { vr: 'SQ', value: EMPTY, items };
  }
  if (length === UNDEFINED_LENGTH) return { vr, value: skipToDelimiter(c, end) };
  need(c, length, end);
  c.at += length;
  return { vr, value: c.bytes.subarray(c.at - length, c.at) };
}

export function readElements(
  c: Cursor,
  elements: Map<string, Element>,
  explicit: boolean,
  end: number,
  depth: number,
  until?: (tag: string) => boolean,
): void {
  while (c.at + 8 <= end) {
    const start = c.at;
    const tag = readTag(c, end);
    if (until?.(tag)) {
      c.at = start;
      return;
    }
    if (tag === ITEM_END || tag === SEQUENCE_END || tag === ITEM) {
      c.at += 4;
      if (depth > 0) return;
      continue;
    }
    c.tag = tag;
    let vr = 'UN';
    let length: number;
    // Some writers drop the VR now and then: an element whose VR is no VR is read as implicit.
    const named = explicit ? vrAt(c, c.at) : undefined;
    if (named !== undefined) {
      vr = named;
      c.at += LONG_VRS.has(vr) ? 4 : 2;
      if (LONG_VRS.has(vr)) length = readLength(c, end);
      else {
        need(c, 2, end);
        length = c.view.getUint16(c.at, c.little);
        c.at += 2;
      }
    } else if (explicit && /^[A-Z]{2}$/.test(String.fromCharCode(c.bytes[c.at], c.bytes[c.at + 1]))) {
      // An unknown VR is read as one of the newer ones, which have four-byte lengths (PS3.5 6.2.2 note 1).
      c.at += 4;
      length = readLength(c, end);
    } else length = readLength(c, end);
    if (tag === '7fe00010' && length !== UNDEFINED_LENGTH && c.at + length > end) {
      // Keep what is there: the frame reader says how much is missing.
      elements.set(tag, { vr, value: c.bytes.subarray(c.at, end) });
      throw new Broken();
    }
    const element = readValue(c, tag, vr, length, explicit, end, depth);
    elements.set(tag, element);
    if (tag === '00080005') c.charset = charsetLabel(Buffer.from(element.value).toString('latin1'));
  }
  if (c.at < end && depth > 0) c.at = end;
}

// Data sets to DICOM bytes: part 10, explicit VR little endian, the pixels as they are given.
import type { DataSet, Element } from '../../imaging/dicom/elements.ts';

const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
/** Bytes of one number, for swapping big-endian values. */
const WORD: Readonly<Record<string, number>> = {
  ...{ US: 2, SS: 2, OW: 2, AT: 2, UL: 4, SL: 4, FL: 4, OF: 4, OL: 4, FD: 8, OD: 8, SV: 8, UV: 8, OV: 8 },
};
const UNDEFINED = 0xffffffff;
const IMPLEMENTATION = '2.25.188266118093617026253049293486246204941';

/** A value in little-endian order. */
export function littleEndian(vr: string, value: Uint8Array, alreadyLittle: boolean): Uint8Array {
  const size = WORD[vr];
  if (alreadyLittle || size === undefined) return value;
  const out = value.slice();
  for (let at = 0; at + size <= out.length; at += size) out.subarray(at, at + size).reverse();
  return out;
}

function tagBytes(tag: string): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
  bytes.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
  return bytes;
}

function header(tag: string, vr: string, length: number): Buffer {
  if (LONG.has(vr)) {
    const rest = Buffer.alloc(8);
    rest.write(vr, 0, 'latin1');
    rest.writeUInt32LE(length, 4);
    return Buffer.concat([tagBytes(tag), rest]);
  }
  const rest = Buffer.alloc(4);
  rest.write(vr, 0, 'latin1');
  rest.writeUInt16LE(length, 2);
  return Buffer.concat([tagBytes(tag), rest]);
}

function item(tag: string, length: number): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(length);
  return Buffer.concat([tagBytes(tag), size]);
}

const PADDED_BY_ZERO = new Set(['UI', 'OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN']);

function padded(vr: string, value: Uint8Array): Uint8Array {
  if (value.length % 2 === 0) return value;
  const out = new Uint8Array(value.length + 1).fill(PADDED_BY_ZERO.has(vr) ? 0 : 0x20);
  out.set(value);
  return out;
}

function elementBytes(tag: string, element: Element): Uint8Array[] {
  const { vr, items, fragments } = element;
  if (fragments !== undefined) {
    const parts = fragments.flatMap(({ value }) => {
      const even = padded('OB', value);
      return [item('fffee000', even.length), even];
    });
    return [header(tag, 'OB', UNDEFINED), ...parts, item('fffee0dd', 0)];
  }
  if (items !== undefined) {
    const parts = items.flatMap((one) => {
      const body = Buffer.concat(datasetBytes(one.elements));
      return [item('fffee000', body.length), body];
    });
    return [
      header(
        tag,
        'SQ',
        parts.reduce((sum, part) => sum + part.length, 0),
      ),
      ...parts,
    ];
  }
  const value = padded(vr, element.value);
  return [header(tag, vr, value.length), value];
}

function datasetBytes(elements: ReadonlyMap<string, Element>): Uint8Array[] {
  return [...elements.keys()].sort().flatMap((tag) => elementBytes(tag, elements.get(tag) as Element));
}

/** An element with text in it. */
export function textElement(vr: string, text: string): Element {
  return { vr, value: new Uint8Array(Buffer.from(text, 'utf8')) };
}

/** An element with unsigned 16-bit numbers in it. */
export function shortElement(...values: readonly number[]): Element {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [n, value] of values.entries()) bytes.writeUInt16LE(value, n * 2);
  return { vr: 'US', value: new Uint8Array(bytes) };
}

/**
 * A part 10 file. Values must be in little-endian order and every element must have a VR; the preamble is blank and the
 * meta header is our own, so nothing of the original's survives in either.
 */
export function encodeDicom(
  dataset: DataSet,
  meta: { readonly sopClass: string; readonly sopInstance: string; readonly transferSyntax: string },
): Uint8Array {
  const elements = new Map<string, Element>([
    ['00020001', { vr: 'OB', value: Uint8Array.of(0, 1) }],
    ['00020002', textElement('UI', meta.sopClass)],
    ['00020003', textElement('UI', meta.sopInstance)],
    ['00020010', textElement('UI', meta.transferSyntax)],
    ['00020012', textElement('UI', IMPLEMENTATION)],
    ['00020013', textElement('SH', 'OVERREAD')],
  ]);
  const group = Buffer.concat(datasetBytes(elements));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(group.length);
  return new Uint8Array(
    Buffer.concat([
      Buffer.alloc(128),
      Buffer.from('DICM'),
      header('00020000', 'UL', 4),
      length,
      group,
      ...datasetBytes(dataset.elements),
    ]),
  );
}

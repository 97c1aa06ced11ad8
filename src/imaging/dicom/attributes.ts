// Typed access to DICOM attributes: strings, numbers of every representation, sequences.
import { decodeText } from './charset.ts';
import type { DataSet, Element } from './elements.ts';

const NUMERIC: Readonly<
  Record<string, { size: number; read: (v: DataView, at: number, le: boolean) => number }>
> = {
  US: { size: 2, read: (v, at, le) => v.getUint16(at, le) },
  SS: { size: 2, read: (v, at, le) => v.getInt16(at, le) },
  UL: { size: 4, read: (v, at, le) => v.getUint32(at, le) },
  SL: { size: 4, read: (v, at, le) => v.getInt32(at, le) },
  FL: { size: 4, read: (v, at, le) => v.getFloat32(at, le) },
  FD: { size: 8, read: (v, at, le) => v.getFloat64(at, le) },
  UV: { size: 8, read: (v, at, le) => Number(v.getBigUint64(at, le)) },
  OV: { size: 8, read: (v, at, le) => Number(v.getBigUint64(at, le)) },
};

function viewOf(value: Uint8Array): DataView {
  return new DataView(value.buffer, value.byteOffset, value.byteLength);
}

/**
 * Binary numbers of an attribute; `expected` is its VR by the standard's dictionary, used when the file does not say.
 * An attribute that the file declares as text is parsed as decimal strings.
 */
export function numbers(data: DataSet, tag: string, expected: string): number[] {
  const element = data.elements.get(tag);
  if (element === undefined || element.value.length === 0) return [];
  const known = element.vr === 'UN' || element.vr === 'OW' || element.vr === 'OB' ? expected : element.vr;
  const numeric = NUMERIC[known];
  if (numeric === undefined)
    return Buffer.from(element.value.buffer, element.value.byteOffset, element.value.byteLength)
      .toString('latin1')
      .split('\\')
      .map((text) => text.replaceAll('\0', '').trim())
      .map((text) => (text === '' ? Number.NaN : Number(text.replace(',', '.'))))
      .filter((value) => Number.isFinite(value));
  const view = viewOf(element.value);
  const out: number[] = [];
  for (let at = 0; at + numeric.size <= view.byteLength; at += numeric.size)
    out.push(numeric.read(view, at, data.littleEndian));
  return out;
}

export function number(data: DataSet, tag: string, expected: string): number | undefined {
  return numbers(data, tag, expected)[0];
}

/** The values of a text attribute, split at backslashes and trimmed; [] when absent. */
export function texts(data: DataSet, tag: string): string[] {
  const element = data.elements.get(tag);
  if (element === undefined || element.value.length === 0) return [];
  return decodeText(element.value, data.charset)
    .replace(/[\0\s]+$/, '')
    .split('\\')
    .map((text) => text.trim());
}

/** First value of a text attribute; undefined when absent or blank. */
export function text(data: DataSet, tag: string): string | undefined {
  const value = texts(data, tag)[0];
  return value === undefined || value === '' ? undefined : value;
}

/** Decimal strings (DS, IS) of an attribute; undefined unless there are at least `count` finite ones. */
export function decimals(data: DataSet, tag: string, count: number): number[] | undefined {
  const values = numbers(data, tag, 'DS');
  return values.length >= count ? values : undefined;
}

export function decimal(data: DataSet, tag: string): number | undefined {
  return decimals(data, tag, 1)?.[0];
}

/** Items of a sequence; [] when absent. */
export function items(data: DataSet, tag: string): readonly DataSet[] {
  return data.elements.get(tag)?.items ?? [];
}

export function firstItem(data: DataSet | undefined, tag: string): DataSet | undefined {
  return data === undefined ? undefined : items(data, tag)[0];
}

export function element(data: DataSet, tag: string): Element | undefined {
  return data.elements.get(tag);
}

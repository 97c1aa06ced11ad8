// Value representations by tag, from the dictionary that dcmjs carries: implicit files do not name them.
import { createRequire } from 'node:module';

interface Dcmjs {
  data: { DicomMetaDictionary: { dictionary: Record<string, { vr: string; name: string } | undefined> } };
}

let dictionary: Record<string, { vr: string; name: string } | undefined> | undefined;

function entryOf(tag: string): { vr: string; name: string } | undefined {
  dictionary ??= (createRequire(import.meta.url)('dcmjs') as Dcmjs).data.DicomMetaDictionary.dictionary;
  return dictionary[`(${tag.slice(0, 4)},${tag.slice(4)})`.toUpperCase()];
}

/**
 * The VR of a standard attribute, or undefined when the dictionary has none.
 * @param signed pixels are signed: decides between US and SS
 */
export function standardVr(tag: string, signed: boolean): string | undefined {
  const vr = entryOf(tag)?.vr;
  if (vr === undefined) return undefined;
  if (vr === 'xs') return signed ? 'SS' : 'US';
  if (vr === 'ox') return 'OW';
  if (vr === 'up') return 'UL';
  if (vr === 'lt') return 'OW';
  return /^[A-Z]{2}$/.test(vr) ? vr : undefined;
}

/** "PatientName", or the tag itself: for reports. */
export function keywordOf(tag: string): string {
  return entryOf(tag)?.name ?? `(${tag.slice(0, 4)},${tag.slice(4)})`;
}

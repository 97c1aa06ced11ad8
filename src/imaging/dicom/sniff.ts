// Recognises DICOM: what a file's beginning says it is, and whether a folder or zip holds any.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OverreadError } from '../../domain/errors.ts';
import { readHead } from '../file-bytes.ts';
import { text } from './attributes.ts';
import { isSegmentation, isStructureSet } from './instance.ts';
import { looksLikeDicom, parseDicom } from './parse.ts';
import { dicomSources, isZip } from './sources.ts';

export type DicomKind = 'image' | 'segmentation' | 'structures' | 'other';

const DICOMDIR_CLASS = '1.2.840.10008.1.3.10';
/** Waveforms, presentation states, registrations, value maps, reports, documents, plans: objects without pixels. */
const OTHER_CLASSES =
  /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(9|11|66|67|78|79|80|88|104|481\.[4-9]|481\.1\d)(\.|$)/;
/** Files looked at before a folder is given up. */
const MOST_FILES = 40;

/** Kind of object by its SOP class; undefined for bytes that are no DICOM, or a media directory. */
export function dicomKind(head: Uint8Array): DicomKind | undefined {
  if (!looksLikeDicom(head)) return undefined;
  try {
    const file = parseDicom(head, 'file', { untilPixels: true, maxBytes: 2 ** 20 });
    const sopClass = text(file.meta, '00020002') ?? text(file, '00080016') ?? '';
    if (sopClass === DICOMDIR_CLASS) return undefined;
    const described = { sopClass, modality: text(file, '00080060') ?? '' };
    if (isSegmentation(described)) return 'segmentation';
    if (isStructureSet(described)) return 'structures';
    return OTHER_CLASSES.test(sopClass) ? 'other' : 'image';
  } catch {
    // A deflated data set cut off by the head: its meta header names the class, but an image is the likely guess.
    return 'image';
  }
}

/** 1 or 0.6 (no prefix: the bytes only look like a data set) when the head is an object of the wanted kind, else 0. */
export function sniffDicom(head: Uint8Array, wanted: DicomKind): number {
  const kind = dicomKind(head);
  // Objects without pixels are the image format's to refuse, since it can say what they are.
  if (kind !== wanted && !(kind === 'other' && wanted === 'image')) return 0;
  return head.length > 132 && Buffer.from(head.subarray(128, 132)).toString('latin1') === 'DICM' ? 1 : 0.6;
}

/** 0.9 when one of the first files in a folder, or in its first subfolders, is DICOM. */
export async function sniffFolder(path: string): Promise<number> {
  let left = MOST_FILES;
  const look = async (folder: string, depth: number): Promise<boolean> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const sorted = entries
      .filter(({ name }) => !name.startsWith('.'))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of sorted) {
      if (left <= 0) return false;
      if (!entry.isFile()) continue;
      left -= 1;
      const head = await readHead(join(folder, entry.name), 4096).catch(() => new Uint8Array());
      if (looksLikeDicom(head)) return true;
    }
    if (depth >= 5) return false;
    for (const entry of sorted)
      if (entry.isDirectory() && left > 0 && (await look(join(folder, entry.name), depth + 1))) return true;
    return false;
  };
  return (await look(path, 0)) ? 0.9 : 0;
}

/** 0.9 for a zip whose first files hold DICOM, 0.5 for one that cannot be opened safely: reading it says why. */
export async function sniffZip(head: Uint8Array, path: string): Promise<number> {
  if (!isZip(head)) return 0;
  try {
    const { sources, close } = await dicomSources(path, {});
    try {
      for (const source of sources.slice(0, 5)) if (looksLikeDicom(await source.read())) return 0.9;
    } finally {
      close();
    }
    return 0;
  } catch (error) {
    return OverreadError.isInstance(error) ? 0.5 : 0;
  }
}

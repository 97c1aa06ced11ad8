// Names of files in dataset folders: which are volumes, what they are called without their endings.
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { OverreadError } from '../domain/errors.ts';
import { fileError } from './file-bytes.ts';

const VOLUME_ENDING = /\.(nii|nii\.gz|nrrd|nhdr|mha|mhd|hdr)$/i;

export function isVolumeName(name: string): boolean {
  return VOLUME_ENDING.test(name);
}

/** "kidney_left" of "kidney_left.nii.gz". */
export function stemOf(name: string): string {
  return basename(name).replace(VOLUME_ENDING, '');
}

/** Modalities that a part of an image's name tells. */
const MODALITIES: readonly (readonly [RegExp, string])[] = [
  [/^ct$/i, 'CT'],
  [/^(mri?|t1|t1c|t2|flair)$/i, 'MR'],
  [/^(pet|pt)$/i, 'PT'],
];

/** "CT" of "case_ct.nii.gz"; undefined for a name that tells none. */
export function modalityOfName(image: string): string | undefined {
  const words = stemOf(image).split(/[-_.\s]/);
  return MODALITIES.find(([pattern]) => words.some((word) => pattern.test(word)))?.[1];
}

/**
 * Files and folders inside `path`, sorted by name as text; hidden ones (".DS_Store", "._case_1.nii.gz") left out.
 * Empty when it is no folder.
 */
export async function entriesOf(path: string): Promise<{ files: string[]; folders: string[] }> {
  const files: string[] = [];
  const folders: string[] = [];
  let entries: { name: string; isDirectory(): boolean; isSymbolicLink(): boolean }[];
  try {
    entries = await readdir(path, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR' || code === 'ENOENT') return { files, folders };
    throw fileError(path, error);
  }
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const folder = entry.isSymbolicLink()
      ? await stat(join(path, entry.name)).then(
          (target) => target.isDirectory(),
          () => false,
        )
      : entry.isDirectory();
    (folder ? folders : files).push(entry.name);
  }
  const byName = (a: string, b: string) => (a < b ? -1 : 1);
  return { files: files.sort(byName), folders: folders.sort(byName) };
}

/** A JSON file's value. Throws `file-not-found` or `file-corrupt`. */
export async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw fileError(path, error);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OverreadError('file-corrupt', `${basename(path)} is not valid JSON: mend or remove it.`, {
      cause: error,
    });
  }
}

/** What `loadVolume` rejects with where a case has masks only. It names no folder: those may name patients. */
export function noImage(): OverreadError {
  return new OverreadError('file-not-found', 'This case has masks but no image: add the scan.');
}

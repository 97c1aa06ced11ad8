// Names that may tell who a patient is: those of a case's own files and folders, taken out of what a benchmark keeps.
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { structureOf } from '../domain/structures.ts';

const FILE_NAME = /\S+\.(?:nii(?:\.gz)?|dcm|nrrd|nhdr|mha|mhd|hdr|img|json|zip|gz)\b/gi;
const ENDING = /\.(?:nii\.gz|[a-z0-9]{1,5})$/i;

/**
 * A failure's sentence without what may name a patient: the case's own name, the names of the files and folders it was
 * read from (with spaces or not, with their endings or not), the source's. Structures stay: "liver" names nobody.
 */
export function withoutNames(message: string, source: string, item: string): string {
  const own = [basename(source), basename(dirname(source)), item, ...item.split(/[\\/]/)];
  const files = namesAt(join(source, item)) ?? namesAt(source) ?? [];
  const hide = (text: string, names: readonly string[], instead: string) =>
    [...new Set(names)]
      .filter((name) => name.length > 2 && structureOf(name) === undefined)
      .sort((a, b) => b.length - a.length)
      .reduce((left, name) => left.replaceAll(name, instead), text);
  const withoutFiles = hide(message, files, 'a file of the case').replace(FILE_NAME, 'a file of the case');
  const withoutOwn = hide(withoutFiles, own, 'the case');
  const kept = hide(
    withoutOwn,
    files.map((name) => name.replace(ENDING, '')),
    'a file of the case',
  );
  // A name may have been the first word.
  return kept.charAt(0).toUpperCase() + kept.slice(1);
}

/** Every name below a folder; undefined when there is no folder. */
function namesAt(path: string): string[] | undefined {
  try {
    if (!statSync(path).isDirectory()) return undefined;
    return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((entry) => basename(entry));
  } catch {
    return undefined;
  }
}

// Masks that already lie on disk, one file or folder per case: another annotator's, or a segmenter's that ran elsewhere.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import { entriesOf } from '../../imaging/dataset-files.ts';
import { predictedMasks } from '../predicted-masks.ts';
import type { Segmenter, SegmenterPlugin } from '../segmenter.ts';

const OPTIONS = {
  path: 'a folder with NAME.nii.gz, or NAME/ with one mask per structure, per case; NAME is the case’s name in the source or its id. A file serves a benchmark of one case',
  scheme: 'label scheme, by name or file (default: chosen by the labels)',
} as const;

const ENDINGS = ['', '.nii.gz', '.nii', '.nrrd', '.mha', '.dcm'];

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}

/** The last part of an item such as "cases/case_00001", without what would lead out of the folder. */
function namesOf(item: string | undefined, caseId: string | undefined): string[] {
  const last = item === undefined ? undefined : basename(item).replace(/\.(nii|nii\.gz|nrrd|mha|mhd)$/i, '');
  return [last, caseId].filter(
    (name): name is string => name !== undefined && name !== '' && !/^\.+$|[\\/]/.test(name),
  );
}

async function pathFor(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names)
    for (const ending of ENDINGS) {
      const path = join(folder, `${name}${ending}`);
      const kind = await kindOf(path);
      if (kind === 'file') return path;
      if (kind === undefined) continue;
      const { folders } = await entriesOf(path);
      const inner = ['segmentations', 'segmentation', 'masks'].find((known) => folders.includes(known));
      return inner === undefined ? path : join(path, inner);
    }
  return undefined;
}

/** Every file below a path, links followed as reading follows them; a folder that holds itself is seen once. */
async function* filesBelow(path: string, seen = new Set<string>()): AsyncGenerator<string> {
  if ((await kindOf(path)) !== 'folder') return yield path;
  const real = await realpath(path);
  if (seen.has(real)) return;
  seen.add(real);
  for (const name of (await readdir(path)).sort()) {
    const inner = join(path, name);
    // A link that leads nowhere is no mask.
    if ((await kindOf(inner)) !== undefined) yield* filesBelow(inner, seen);
  }
}

async function contentOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/**
 * Names and contents of the files: new masks under an old name are another segmenter's, whatever their size and time,
 * and the same masks copied elsewhere are the same. Costs one reading of the folder.
 */
async function fingerprint(path: string): Promise<string> {
  if ((await kindOf(path)) === undefined)
    throw new OverreadError(
      'file-not-found',
      `There is no folder of masks at ${basename(path)}: check the path.`,
    );
  const facts: [string, string][] = [];
  try {
    for await (const file of filesBelow(path)) facts.push([relative(path, file), await contentOf(file)]);
  } catch (cause) {
    throw new OverreadError(
      'file-unreadable',
      `${basename(path)} holds a file that cannot be read: check who may read it.`,
      { cause },
    );
  }
  return contentHash(facts);
}

async function create(options: Readonly<Record<string, string>>): Promise<Segmenter> {
  const { path, scheme } = options;
  if (path === undefined || path === '')
    throw new OverreadError('bad-argument', 'mask-file needs the folder of masks: write mask-file:FOLDER.');
  const files = await fingerprint(path);
  const isFile = scheme !== undefined && (await kindOf(scheme)) === 'file';
  const labels = isFile ? await contentOf(scheme) : (scheme ?? null);
  const hash = contentHash({ segmenter: 'mask-file', version: 2, files, scheme: labels });
  return {
    id: 'mask-file',
    hash,
    onDisk: true,
    async segment({ volume, item, caseId }) {
      const single = (await kindOf(path)) === 'file';
      const found = single ? path : await pathFor(path, namesOf(item, caseId));
      if (found === undefined)
        throw new OverreadError(
          'file-not-found',
          `${basename(path)} has no mask for ${namesOf(item, caseId).join(' or ') || 'a case without a name'}: name each mask as its case.`,
        );
      return predictedMasks(found, scheme, volume, { segmenter: 'mask-file', hash });
    },
  };
}

const maskFile: SegmenterPlugin = {
  id: 'mask-file',
  summary: 'masks that already lie on disk, one per case',
  positional: 'path',
  options: OPTIONS,
  create,
};

export default maskFile;

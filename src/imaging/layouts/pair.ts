// One image and one label map: named outright, or found by their names in a folder.
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OverreadError } from '../../domain/errors.ts';
import { caseTable } from '../case-table.ts';
import { entriesOf, isVolumeName, noImage, stemOf } from '../dataset-files.ts';
import type { Layout, LayoutCase } from '../layout.ts';
import { openAnnotation, openVolume } from '../open.ts';

/** "CT_mask" → "CT"; a bare "mask" → "". */
const MASK_STEM = /^(.*?)(?:^|[-_.])(?:seg|segmentation|masks?|labels?|labelmap|annotation|gt)$/i;
/** What an image's stem may add to what it shares with its mask. */
const IMAGE_ADDITION = /^[-_.]?(?:image|img|imaging|ct|mri?|pet|scan|volume|0000)?$/i;
const IMAGE_FOLDER = /^(images?|imgs?|scans?)$/i;
const MASK_FOLDER = /^(masks?|labels?|segmentations?|annotations?)$/i;

/** Modalities that a part of an image's name tells. */
const MODALITIES: readonly (readonly [RegExp, string])[] = [
  [/^ct$/i, 'CT'],
  [/^(mri?|t1|t1c|t2|flair)$/i, 'MR'],
  [/^(pet|pt)$/i, 'PT'],
];

function modalityOf(image: string | undefined): string | undefined {
  const words = image === undefined ? [] : stemOf(image).split(/[-_.\s]/);
  return MODALITIES.find(([pattern]) => words.some((word) => pattern.test(word)))?.[1];
}

interface Pair {
  readonly item: string;
  readonly mask: string;
  readonly image?: string;
}

/** Masks among the files of one folder, each with the image of its name. */
function pairsAmong(folder: string, files: readonly string[], prefix: string): Pair[] {
  const volumes = files.filter(isVolumeName);
  const masks = volumes.filter((name) => MASK_STEM.test(stemOf(name)));
  const images = volumes.filter((name) => !masks.includes(name));
  return masks.map((name) => {
    const shared = MASK_STEM.exec(stemOf(name))?.[1] ?? '';
    const image = images.find((other) => {
      const stem = stemOf(other);
      return stem.startsWith(shared) && IMAGE_ADDITION.test(stem.slice(shared.length));
    });
    // Two files in a folder of which one says that it is the mask need no other sign.
    const only = image ?? (shared === '' && images.length === 1 ? images[0] : undefined);
    return {
      item: prefix + (shared === '' ? stemOf(name) : shared),
      mask: join(folder, name),
      image: only && join(folder, only),
    };
  });
}

/** images/ and labels/ beside each other, files of equal stem (or one file in each). */
async function pairsOfFolders(path: string, folders: readonly string[], prefix: string): Promise<Pair[]> {
  const imageFolder = folders.find((name) => IMAGE_FOLDER.test(name));
  const maskFolder = folders.find((name) => MASK_FOLDER.test(name));
  if (imageFolder === undefined || maskFolder === undefined) return [];
  const images = (await entriesOf(join(path, imageFolder))).files.filter(isVolumeName);
  const masks = (await entriesOf(join(path, maskFolder))).files.filter(isVolumeName);
  return masks.map((name) => {
    const image =
      images.find((other) => stemOf(other).replace(/_0000$/, '') === stemOf(name)) ??
      (images.length === 1 && masks.length === 1 ? images[0] : undefined);
    return {
      item: prefix + stemOf(name),
      mask: join(path, maskFolder, name),
      image: image && join(path, imageFolder, image),
    };
  });
}

async function pairsIn(path: string, prefix = ''): Promise<Pair[]> {
  const { files, folders } = await entriesOf(path);
  return [...pairsAmong(path, files, prefix), ...(await pairsOfFolders(path, folders, prefix))];
}

async function found(path: string): Promise<Pair[]> {
  const { files, folders } = await entriesOf(path);
  if (files.length === 0 && folders.length === 0) {
    if (!existsSync(path) || !isVolumeName(basename(path))) return [];
    const beside = (await pairsIn(dirname(path))).find(({ mask }) => mask === path);
    return [beside ?? { item: stemOf(path), mask: path }];
  }
  const here = await pairsIn(path);
  if (here.length > 0) return here;
  const below: Pair[] = [];
  for (const name of folders) below.push(...(await pairsIn(join(path, name), `${name}/`)));
  // A folder per case with one pair in each is called by its folder.
  const folderOf = (pair: Pair) => pair.item.slice(0, pair.item.indexOf('/'));
  const single = (pair: Pair) => below.filter((other) => folderOf(other) === folderOf(pair)).length === 1;
  return below.map((pair) => (single(pair) ? { ...pair, item: folderOf(pair) } : pair));
}

const pair: Layout = {
  id: 'pair',
  summary: 'one image and one label map, e.g. ct.nii.gz with ct_mask.nii.gz, or images/ with labels/',
  async detect(path) {
    const pairs = await found(path);
    if (pairs.length === 0) return 0;
    // A file given by itself is taken for a label map only when nothing else knows it.
    return pairs.some(({ image }) => image !== undefined) ? 0.6 : 0.3;
  },
  async *cases(path, options = {}) {
    const { image, mask } = options;
    const pairs = mask === undefined ? await found(path) : [{ item: stemOf(mask), mask, image }];
    if (pairs.length === 0)
      throw new OverreadError(
        'layout-unknown',
        `${basename(path)} holds no image with a label map: name both files, or call the mask like its image with _mask.`,
      );
    const table = await caseTable(path);
    for (const one of pairs) {
      const { facts, patient } = table.row(one.item);
      const from = image ?? one.image;
      const modality = options.modality ?? facts.modality ?? modalityOf(from);
      yield {
        item: one.item,
        patient: patient ?? one.item,
        facts: { ...facts, ...(modality === undefined ? {} : { modality }) },
        hasImage: from !== undefined,
        loadVolume: async () => {
          if (from === undefined) throw noImage();
          return openVolume(from, { ...options, modality });
        },
        loadAnnotation: async () => ({
          ...(await openAnnotation(one.mask, options)),
          impliedScheme: table.scheme,
        }),
        impliedScheme: table.scheme,
      } satisfies LayoutCase;
    }
  },
};

export default pair;

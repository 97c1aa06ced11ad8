// One image and one label map: named outright, or found by their names in a folder, and by their grids where names tie.
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OverreadError } from '../../domain/errors.ts';
import { type Grid, gridOf, sameGrid } from '../../domain/geometry.ts';
import { caseTable } from '../case-table.ts';
import { entriesOf, isVolumeName, modalityOfName, noImage, stemOf } from '../dataset-files.ts';
import { assertLabels } from '../image-likeness.ts';
import type { Layout, LayoutCase } from '../layout.ts';
import { openAnnotation, openVolume, probe } from '../open.ts';

/** "CT_mask" → "CT"; a bare "mask" → "". */
const MASK_STEM = /^(.*?)(?:^|[-_.])(?:seg|segmentation|masks?|labels?|labelmap|annotation|gt)$/i;
/** A file that calls itself a mask anywhere in its name is no image: "ct_seg_fast". */
const MASK_WORD = /(?:^|[-_.])(?:seg|segmentations?|masks?|labels?|labelmap|annotations?|gt)(?:[-_.]|$)/i;
/** What an image's stem may add to what it shares with its mask. */
const IMAGE_ADDITION = /^[-_.]?(?:image|img|imaging|ct|mri?|pet|scan|volume|0000)?$/i;
const IMAGE_FOLDER = /^(images?|imgs?|scans?)$/i;
const MASK_FOLDER = /^(masks?|labels?|segmentations?|annotations?)$/i;

interface Pair {
  readonly item: string;
  readonly mask: string;
  /** Images that may be the mask's, those of its own name first; the headers decide between several. */
  readonly images: readonly string[];
  /** How many of `images` have the mask's own name. */
  readonly named: number;
}

/** Masks among the files of one folder, each with the images that its name allows. */
function pairsAmong(folder: string, files: readonly string[], prefix: string): Pair[] {
  const volumes = files.filter(isVolumeName);
  const masks = volumes.filter((name) => MASK_STEM.test(stemOf(name)));
  const images = volumes.filter((name) => !MASK_WORD.test(stemOf(name)));
  const sharedBy = (mask: string) => MASK_STEM.exec(stemOf(mask))?.[1] ?? '';
  const namedFor = (shared: string) =>
    images.filter((other) => {
      const stem = stemOf(other);
      return stem.startsWith(shared) && IMAGE_ADDITION.test(stem.slice(shared.length));
    });
  const taken = new Set(masks.flatMap((mask) => namedFor(sharedBy(mask))));
  return masks.map((name) => {
    const shared = sharedBy(name);
    const named = namedFor(shared);
    // "scan_sm" may belong to "scan_seg" too, unless it is another mask's; a bare "mask" may go with any image.
    const others = images.filter(
      (other) =>
        !taken.has(other) &&
        stemOf(other).startsWith(shared) &&
        (shared === '' || /^[-_.]/.test(stemOf(other).slice(shared.length))),
    );
    // Two files in a folder of which one says that it is the mask need no other sign.
    const only = shared === '' && named.length === 0 && images.length === 1;
    return {
      item: prefix + (shared === '' ? stemOf(name) : shared),
      mask: join(folder, name),
      images: [...named, ...others].map((image) => join(folder, image)),
      named: only ? 1 : named.length,
    };
  });
}

async function gridIn(path: string): Promise<Grid | undefined> {
  try {
    const { shape, affine } = await probe(path);
    return shape && affine && gridOf(shape, affine);
  } catch {
    // Whatever is wrong with the file is said when its case is read.
    return undefined;
  }
}

const UNDECIDED =
  'Several images beside the mask may be its own, and neither names nor grids decide, so none was taken: call the image like its mask, or name both files.';

/** The image of a mask: of its name and, where there are several, of its grid. Reads headers only where it must. */
async function imageOf({ mask, images, named }: Pair): Promise<{ image?: string; note?: string }> {
  if (images.length === 0 || (images.length === 1 && named === 1)) return { image: images[0] };
  const grid = await gridIn(mask);
  const fits: number[] = [];
  for (const [at, image] of images.entries()) {
    const other = grid && (await gridIn(image));
    if (grid && other && sameGrid(grid, other, Math.min(...other.spacing) / 4)) fits.push(at);
  }
  const best = fits.filter((at) => at < named);
  const [own] = best.length > 0 ? best : fits;
  if ((best.length > 0 ? best : fits).length === 1) return { image: images[own] };
  // No image on the mask's grid: a name of its own is sign enough, and the grids are matched or refused later.
  if (fits.length === 0 && named === 1) return { image: images[0] };
  return fits.length === 0 && named === 0 ? {} : { note: UNDECIDED };
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
      images: image === undefined ? [] : [join(path, imageFolder, image)],
      named: image === undefined ? 0 : 1,
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
    return [beside ?? { item: stemOf(path), mask: path, images: [], named: 0 }];
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
    return pairs.some(({ images }) => images.length > 0) ? 0.6 : 0.3;
  },
  async *cases(path, options = {}) {
    const { image, mask } = options;
    const pairs =
      mask === undefined ? await found(path) : [{ item: stemOf(mask), mask, images: [], named: 0 }];
    if (pairs.length === 0)
      throw new OverreadError(
        'layout-unknown',
        `${basename(path)} holds no image with a label map: name both files, or call the mask like its image with _mask.`,
      );
    const table = await caseTable(path);
    for (const one of pairs) {
      const { facts, patient } = table.row(one.item);
      const { image: from, note } = image === undefined ? await imageOf(one) : { image, note: undefined };
      const modality = options.modality ?? facts.modality ?? (from && modalityOfName(from));
      yield {
        item: one.item,
        patient: patient ?? one.item,
        patientAssumed: patient === undefined,
        facts: { ...facts, ...(modality === undefined ? {} : { modality }) },
        hasImage: from !== undefined,
        loadVolume: async () => {
          if (from === undefined) throw noImage();
          return openVolume(from, { ...options, modality });
        },
        loadAnnotation: async () => {
          const raw = await openAnnotation(one.mask, options);
          assertLabels(raw, basename(one.mask));
          const notes = note === undefined ? raw.source.notes : [...raw.source.notes, note];
          return { ...raw, source: { ...raw.source, notes }, impliedScheme: table.scheme };
        },
        impliedScheme: table.scheme,
      } satisfies LayoutCase;
    }
  },
};

export default pair;

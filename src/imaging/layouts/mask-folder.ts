// A folder per case with one mask per structure: AbdomenAtlas and RadGPT, TotalSegmentator, and one's own.
import { basename, dirname, join } from 'node:path';
import { contentHash } from '../../domain/content-hash.ts';
import { OverreadError } from '../../domain/errors.ts';
import { structureOf } from '../../domain/structures.ts';
import type { RawAnnotation } from '../../domain/volume.ts';
import { caseTable } from '../case-table.ts';
import { entriesOf, isVolumeName, noImage, stemOf } from '../dataset-files.ts';
import type { Layout, LayoutCase, LayoutOptions } from '../layout.ts';
import { maskStack } from '../mask-stack.ts';
import { openAnnotation, openVolume } from '../open.ts';

const MASK_FOLDERS = ['segmentations', 'segmentation', 'masks', 'labels'];
/** Names of a case's image, the likeliest first, with the modality that the name tells. */
const IMAGE_STEMS: readonly (readonly [stem: string, modality: string | undefined])[] = [
  ['ct', 'CT'],
  ['mri', 'MR'],
  ['mr', 'MR'],
  ['image', undefined],
  ['imaging', undefined],
  ['scan', undefined],
];

/** Names that only one project gives its masks. */
const TELLTALES = {
  abdomenatlas:
    /^(postcava|celiac_trunk|pancreas_(head|body|tail)|liver_segment_\d|hepatic_vessel|.*_(lesion|pdac|pnet))$/,
  totalsegmentator:
    /^(inferior_vena_cava|autochthon_|vertebrae_|lung_(upper|middle|lower)_lobe_|iliopsoas_|rib_)/,
};

interface Found {
  readonly item: string;
  readonly masks: readonly string[];
  readonly image?: { readonly path: string; readonly modality?: string };
  readonly scheme?: string;
  readonly notes: readonly string[];
}

/** True for a mask's name that is a structure's, which a case's or patient's name is not. */
function namesStructure(file: string): boolean {
  const stem = stemOf(file);
  return structureOf(stem) !== undefined || Object.values(TELLTALES).some((pattern) => pattern.test(stem));
}

/** The case in a folder, if there is one: masks in a folder of their own, or all beside each other. */
async function caseIn(folder: string, item: string): Promise<Found | undefined> {
  const { files, folders } = await entriesOf(folder);
  const volumes = files.filter(isVolumeName);
  const images = IMAGE_STEMS.flatMap(([stem, modality]) =>
    volumes.filter((name) => stemOf(name).toLowerCase() === stem).map((name) => ({ name, modality })),
  );
  const [image] = images;
  const own = await masksIn(folder, folders);
  const masks = own ?? volumes.filter(namesStructure).map((name) => join(folder, name));
  const strange =
    own === undefined ? volumes.filter((name) => !namesStructure(name) && name !== image?.name) : [];
  // A single file with a structure's name may be anybody's; two beside each other are a case.
  if (masks.length === 0 || (dirname(masks[0]) === folder && masks.length < 2)) return undefined;
  return {
    item,
    masks,
    image: image && { path: join(folder, image.name), modality: image.modality },
    scheme: schemeOf(basename(folder), masks.map(stemOf)),
    notes: strange.map(
      (name) => `${name} was left out: beside masks, only files named as structures are masks.`,
    ),
  };
}

/**
 * Masks in a case's own folder of masks. "labels" and "masks" may as well hold one label map per case, so there at
 * least one file must be called as a structure is.
 */
async function masksIn(folder: string, folders: readonly string[]): Promise<string[] | undefined> {
  for (const name of MASK_FOLDERS.filter((known) => folders.includes(known))) {
    const inside = (await entriesOf(join(folder, name))).files.filter(isVolumeName);
    const sure = name.startsWith('segmentation') || inside.some(namesStructure);
    if (sure && inside.length > 0) return inside.map((file) => join(folder, name, file));
  }
  return undefined;
}

function schemeOf(caseName: string, masks: readonly string[]): string | undefined {
  if (/^BDMAP_/i.test(caseName) || masks.some((name) => TELLTALES.abdomenatlas.test(name)))
    return 'abdomenatlas';
  if (masks.some((name) => TELLTALES.totalsegmentator.test(name))) return 'totalsegmentator';
  return undefined;
}

/** Cases under a path: the path itself, else its folders. */
async function* found(path: string): AsyncGenerator<Found> {
  const own = await caseIn(path, basename(path));
  if (own !== undefined) {
    yield own;
    return;
  }
  for (const name of (await entriesOf(path)).folders) {
    const inside = await caseIn(join(path, name), name);
    if (inside !== undefined) yield inside;
  }
}

/** The table beside the cases: in the dataset's folder, also when the path is a single case. */
async function tableFor(path: string) {
  const single = (await caseIn(path, basename(path))) !== undefined;
  return caseTable(single ? dirname(path) : path);
}

/** All masks of a case in few layers; one mask is in memory at a time. */
async function loadMasks(from: Found, options: LayoutOptions): Promise<RawAnnotation> {
  const stack = maskStack();
  const contents: string[] = [];
  const notes = new Set(from.notes);
  let [format, axes] = ['', ''];
  for (const path of from.masks) {
    const { grid, layers, source } = await openAnnotation(path, options);
    stack.add(stemOf(path), grid, layers[0].data);
    // The name is part of what a mask says: two swapped files are another annotation.
    contents.push(`${stemOf(path)} ${source.hash}`);
    ({ format, axes } = source);
    for (const note of source.notes) notes.add(note);
  }
  const grid = stack.grid();
  if (grid === undefined)
    throw new OverreadError('file-not-found', 'This case holds no masks: add one file for each structure.');
  return {
    grid,
    layers: stack.layers(),
    source: { format, hash: contentHash(contents.sort()), axes, notes: [...notes] },
  };
}

const maskFolder: Layout = {
  id: 'mask-folder',
  summary: 'a folder per case with one mask per structure (AbdomenAtlas, RadGPT, TotalSegmentator)',
  async detect(path) {
    for await (const { image } of found(path)) return image === undefined ? 0.7 : 0.9;
    return 0;
  },
  async *cases(path, options = {}) {
    let count = 0;
    const table = await tableFor(path);
    for await (const one of found(path)) {
      count++;
      const { image } = one;
      const scheme = table.scheme ?? one.scheme;
      const { facts, patient } = table.row(one.item);
      const modality = options.modality ?? facts.modality ?? image?.modality;
      yield {
        item: one.item,
        patient: patient ?? one.item,
        patientAssumed: patient === undefined,
        facts: { ...facts, ...(modality === undefined ? {} : { modality }) },
        hasImage: image !== undefined,
        loadVolume: async () => {
          if (image === undefined) throw noImage();
          return openVolume(image.path, { ...options, modality });
        },
        loadAnnotation: async () => ({ ...(await loadMasks(one, options)), impliedScheme: scheme }),
        impliedScheme: scheme,
      } satisfies LayoutCase;
    }
    if (count === 0)
      throw new OverreadError(
        'layout-unknown',
        `${basename(path)} holds no case folder with segmentations/: check the path or name another layout.`,
      );
  },
};

export default maskFolder;

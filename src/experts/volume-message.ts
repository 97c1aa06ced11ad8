// Volumes as a message: what of a scan a model is shown, within the number, size and bytes of images it can take.
import { sha256 } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import { orientationOf } from '../domain/geometry.ts';
import { structureName } from '../domain/structures.ts';
import type { Raster, Volume } from '../domain/volume.ts';
import { montage } from '../imaging/montage.ts';
import { scaled, squarePixels } from '../imaging/raster-size.ts';
import {
  type DisplayWindow,
  type Plane,
  sliceAxis,
  sliceCount,
  sliceOf,
  WINDOWS,
  windowed,
  windowOf,
} from '../imaging/slices.ts';
import { encodePng } from '../imaging/write-png.ts';
import type { BlobStore } from '../storage/blobs.ts';

export interface ImageBudget {
  /** slices: one image each; montage: many slices per image; crops: the organ crops that the caller hands over. */
  readonly strategy: 'slices' | 'montage' | 'crops';
  readonly maxImages: number;
  /** Pixels of one image. */
  readonly maxPixels: number;
  /** PNG bytes of all images together. */
  readonly maxBytes: number;
  /** Default axial. */
  readonly plane?: Plane;
  /** Default for HU: level 50, width 400; otherwise the 1st to 99th percentile. */
  readonly window?: DisplayWindow;
  /** Slices per montage. Default 16, as 4 × 4. */
  readonly tiles?: number;
}

/** What most providers take in one request. */
export const DEFAULT_IMAGE_BUDGET: ImageBudget = {
  strategy: 'slices',
  maxImages: 16,
  maxPixels: 512 * 512,
  maxBytes: 8 * 1024 * 1024,
};

export interface MessageImage {
  /** SHA-256 of the PNG. */
  readonly hash: string;
  readonly png: Uint8Array;
  /** "axial slice 31 of 64 from the feet, level 50 width 400". */
  readonly caption: string;
}

export interface ResolveOptions {
  /** Where the images are put, so that their hashes can be followed later. */
  readonly blobs?: BlobStore;
  /** Organ crops for the "crops" strategy, cut by whoever may consult an organ mask. */
  readonly crops?: readonly { readonly organ: string; readonly raster: Raster }[];
}

interface Drawn {
  readonly caption: string;
  /** Draws the image at a scale of at most 1 of what the budget allows. */
  readonly draw: (scale: number) => Raster;
}

const ENDS: Readonly<Record<Plane, readonly [low: string, high: string]>> = {
  axial: ['the feet', 'the head'],
  coronal: ['the back', 'the front'],
  sagittal: ["the patient's left", "the patient's right"],
};

/** `wanted` slices of `count`, evenly spread, each in the middle of its share. No mask has a say. */
export function spreadSlices(count: number, wanted: number): number[] {
  const n = Math.min(count, Math.max(1, Math.floor(wanted)));
  return Array.from({ length: n }, (_, i) => Math.floor(((i + 0.5) * count) / n));
}

function fitted(raster: Raster, maxPixels: number): Raster {
  const square = squarePixels(raster);
  const shrink = Math.sqrt(maxPixels / (square.width * square.height));
  if (shrink >= 1) return square;
  const size = (n: number) => Math.max(1, Math.floor(n * shrink));
  return scaled(square, size(square.width), size(square.height));
}

function slicesOf(
  volume: Volume,
  budget: ImageBudget,
): { indices: number[]; count: number; where: string; shown: string; at: (index: number) => Raster } {
  const plane = budget.plane ?? 'axial';
  const { grid, data, units } = volume;
  const count = sliceCount(grid, plane);
  const window = budget.window ?? (units === 'HU' ? WINDOWS.abdomen : windowOf(data));
  const percentiles = budget.window === undefined && units !== 'HU';
  const rising = orientationOf(grid.affine).sign[sliceAxis(grid, plane)] > 0;
  return {
    indices: spreadSlices(
      count,
      budget.maxImages * (budget.strategy === 'montage' ? (budget.tiles ?? 16) : 1),
    ),
    count,
    where: `of ${count} from ${ENDS[plane][rising ? 0 : 1]}`,
    shown: percentiles ? '1st to 99th percentile' : `level ${window.level} width ${window.width}`,
    at: (index) => windowed(sliceOf(volume, plane, index), window),
  };
}

function drawnSlices(volume: Volume, budget: ImageBudget): Drawn[] {
  const plane = budget.plane ?? 'axial';
  const { indices, where, shown, at } = slicesOf(volume, budget);
  return indices.map((index) => ({
    caption: `${plane} slice ${index + 1} ${where}, ${shown}`,
    draw: (scale) => fitted(at(index), budget.maxPixels * scale),
  }));
}

function drawnMontages(volume: Volume, budget: ImageBudget): Drawn[] {
  const plane = budget.plane ?? 'axial';
  const { indices, where, shown, at } = slicesOf(volume, budget);
  const tiles = Math.ceil(indices.length / Math.ceil(indices.length / (budget.tiles ?? 16)));
  const columns = Math.ceil(Math.sqrt(tiles));
  const rows = Math.ceil(tiles / columns);
  const groups: number[][] = [];
  for (let i = 0; i < indices.length; i += tiles) groups.push(indices.slice(i, i + tiles));
  return groups.map((group) => ({
    caption: `${plane} slices ${group.map((index) => index + 1).join(', ')} ${where}, row by row from the top left, ${shown}`,
    draw: (scale) => {
      const cell = (budget.maxPixels * scale) / (columns * rows);
      // Gaps are part of the image: give them their pixels before the cells get theirs.
      const whole = montage(
        group.map((index) => fitted(at(index), cell)),
        columns,
      );
      return fitted({ ...whole, spacing: undefined }, budget.maxPixels * scale);
    },
  }));
}

function drawnCrops(budget: ImageBudget, crops: ResolveOptions['crops'] = []): Drawn[] {
  if (crops.length === 0)
    throw new OverreadError(
      'bad-argument',
      'There are no organ crops of this case: show slices or a montage instead.',
    );
  return crops.slice(0, budget.maxImages).map(({ organ, raster }) => ({
    caption: `axial crop of the ${structureName(organ)}, level ${WINDOWS.abdomen.level} width ${WINDOWS.abdomen.width}`,
    draw: (scale) => fitted(raster, budget.maxPixels * scale),
  }));
}

/**
 * The images of a volume within a budget, in order. Slices are spread evenly over the volume and shown with square
 * pixels, the patient's right on the left; no mask is consulted. Too many bytes: all images shrink alike.
 * Errors: `bad-argument` for a budget nothing fits into.
 */
export async function resolveVolume(
  volume: Volume,
  budget: ImageBudget = DEFAULT_IMAGE_BUDGET,
  options: ResolveOptions = {},
): Promise<{ images: MessageImage[] }> {
  if (!(budget.maxImages >= 1) || !(budget.maxPixels >= 1) || !(budget.maxBytes > 0))
    throw new OverreadError(
      'bad-argument',
      'An image budget needs at least one image, one pixel and one byte.',
    );
  const drawn =
    budget.strategy === 'crops'
      ? drawnCrops(budget, options.crops)
      : budget.strategy === 'montage'
        ? drawnMontages(volume, budget)
        : drawnSlices(volume, budget);
  let scale = 1;
  for (let round = 0; round < 8; round++) {
    const images: MessageImage[] = [];
    let bytes = 0;
    for (const { caption, draw } of drawn) {
      const png = await encodePng(draw(scale));
      bytes += png.byteLength;
      images.push({ hash: sha256(png), png, caption });
    }
    if (bytes <= budget.maxBytes) {
      for (const { png } of images) await options.blobs?.put(png);
      return { images };
    }
    scale *= Math.min(0.8, (0.9 * budget.maxBytes) / bytes);
  }
  throw new OverreadError(
    'bad-argument',
    `${drawn.length} images do not fit into ${budget.maxBytes} bytes however small: allow more bytes or fewer images.`,
  );
}

// Whole-body volumes shown to readers of pictures: projections of the PET, a coronal plane of the CT.
import type { Raster } from '../../../domain/volume.ts';
import { encodePng } from '../../../imaging/write-png.ts';
import { npzRecords } from '../../../records/npz.ts';
import type { DataRoot } from '../../../records/source.ts';
import type { ItemPicture } from '../../published.ts';

/** Highest stored PET value, and the CT's window in HU: the release's own normalisation. */
const PET_MAX = 32767;
const [CT_LOW, CT_HIGH] = [-1000, 1000];

/** How a slice of (height, width) becomes one row of a picture. */
type RowOf = (slice: ArrayLike<number>, height: number, width: number) => number[];

const largest = (length: number, across: number, at: (i: number, j: number) => number): number[] =>
  Array.from({ length }, (_, i) => {
    let most = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < across; j++) most = Math.max(most, at(i, j));
    return most;
  });

/** The projections stand side by side, so that the volume is unpacked once. */
const ROWS: Readonly<Record<string, RowOf>> = {
  'PET, maximum from front and from the side': (slice, height, width) => [
    ...largest(width, height, (x, y) => slice[y * width + x]),
    ...largest(height, width, (y, x) => slice[y * width + x]),
  ],
  'CT, coronal plane in the middle': (slice, height, width) =>
    Array.from({ length: width }, (_, x) => slice[(height >> 1) * width + x]),
};

/** Reads slice after slice; the volume is never whole in memory. The first axis runs down the picture, as stored. */
async function picture(data: DataRoot, file: string, rowOf: RowOf, isPet: boolean): Promise<Uint8Array> {
  const rows: number[][] = [];
  for await (const { value } of npzRecords(await data.open(file), { arrays: ['data'] })) {
    const { data: slice, shape } = value.data;
    rows.push(rowOf(slice as ArrayLike<number>, shape[0] ?? 0, shape[1] ?? 0));
  }
  const [height, width] = [rows.length, rows[0]?.length ?? 0];
  // PET as radiologists look at it: uptake is dark.
  const shade = (value: number) =>
    isPet ? 255 * (1 - value / PET_MAX) : (255 * (value - CT_LOW)) / (CT_HIGH - CT_LOW);
  const raster: Raster = {
    width,
    height,
    channels: 1,
    data: Uint8Array.from(rows.flat(), (value) => Math.min(255, Math.max(0, Math.round(shade(value))))),
  };
  return encodePng(raster);
}

/** A picture of each volume that is there. */
export async function volumePictures(
  data: DataRoot,
  { pet_path, ct_path }: { readonly pet_path: string; readonly ct_path: string },
): Promise<ItemPicture[]> {
  const found: ItemPicture[] = [];
  for (const [name, rowOf] of Object.entries(ROWS)) {
    const isPet = name.startsWith('PET');
    const file = isPet ? pet_path : ct_path;
    if (await data.has(file))
      found.push({ name: `${name}: ${file}`, load: () => picture(data, file, rowOf, isPet) });
  }
  return found;
}

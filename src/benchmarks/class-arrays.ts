// Pictures out of NumPy archives as they can be shown: grey or colour, enlarged; volumes as a sheet of their slices.
import { OverreadError } from '../domain/errors.ts';
import type { Raster } from '../domain/volume.ts';
import { montage } from '../imaging/montage.ts';
import { scaled } from '../imaging/raster-size.ts';
import { encodePng } from '../imaging/write-png.ts';
import { type NpyArray, npzArrays, npzRecords } from '../records/npz.ts';
import type { ByteSource } from '../records/source.ts';

export const ARRAY_SPLITS = { train: 'train', validation: 'val', test: 'test' } as const;
export type ArraySplit = keyof typeof ARRAY_SPLITS;

export interface ArrayRow {
  readonly split: ArraySplit;
  /** Within its split, from 0. */
  readonly at: number;
  readonly image: NpyArray;
  /** The row's numbers: one class, or a 0 or 1 for each. */
  readonly labels: readonly number[];
}

/** Rows of `train_images`, `train_labels`, `val_…` and `test_…`, those splits that are there. */
export async function* arrayRows(
  source: ByteSource,
  options: { readonly split?: string; readonly signal?: AbortSignal } = {},
): AsyncGenerator<ArrayRow> {
  const held = await npzArrays(source);
  let found = false;
  for (const split of ['train', 'validation', 'test'] as const) {
    const [images, labels] = ['images', 'labels'].map((kind) => `${ARRAY_SPLITS[split]}_${kind}`);
    if (!held.has(images) && !held.has(labels)) continue;
    found = true;
    if (options.split !== undefined && options.split !== split) continue;
    const stream = npzRecords(source, {
      arrays: [images, labels],
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    for await (const { value, next } of stream)
      yield {
        split,
        at: next.index - 1,
        image: value[images],
        labels: Array.from(value[labels].data, Number),
      };
  }
  if (!found)
    throw new OverreadError(
      'format-unknown',
      `${source.name} holds no arrays such as test_images and test_labels: give an archive in MedMNIST's form.`,
    );
}

/** How many rows each split has. */
export async function arrayCounts(source: ByteSource): Promise<Partial<Record<ArraySplit, number>>> {
  const counts: Partial<Record<ArraySplit, number>> = {};
  const held = await npzArrays(source);
  for (const [split, short] of Object.entries(ARRAY_SPLITS)) {
    const rows = held.get(`${short}_labels`)?.shape[0];
    if (rows !== undefined) counts[split as ArraySplit] = rows;
  }
  return counts;
}

/** Pictures of a few dozen pixels are enlarged by a whole factor, so that this edge is reached. */
const SHOWN_EDGE = 224;
/** Slices of a volume lie this many in a row. */
const SHEET_COLUMNS = 7;
const SHEET_EDGE = 96;

function enlarged(raster: Raster, edge: number): Raster {
  const factor = Math.ceil(edge / Math.max(raster.width, raster.height));
  return factor <= 1 ? raster : scaled(raster, raster.width * factor, raster.height * factor);
}

/**
 * PNG of one row: [height, width], [height, width, 3] or [slices, height, width]. Values are 0…255, or 0…1 for
 * fractions. Throws `format-unsupported` for any other shape.
 */
export async function arrayPicture({ shape, data }: NpyArray, name: string): Promise<Uint8Array> {
  const numbers = data as ArrayLike<number>;
  if (numbers.length > 0 && typeof numbers[0] !== 'number') throw unsupported(name, shape);
  const fraction = (data instanceof Float32Array || data instanceof Float64Array) && isUnit(numbers);
  const bytes = Uint8Array.from({ length: numbers.length }, (_, at) =>
    Math.max(0, Math.min(255, Math.round(fraction ? numbers[at] * 255 : numbers[at]))),
  );
  const [a, b, c] = shape;
  if (shape.length === 2) return encodePng(enlarged(grey(bytes, b, a), SHOWN_EDGE));
  if (shape.length === 3 && c === 3)
    return encodePng(enlarged({ width: b, height: a, channels: 3, data: bytes }, SHOWN_EDGE));
  if (shape.length === 3 && c > 4) {
    const slices = Array.from({ length: a }, (_, at) =>
      enlarged(grey(bytes.subarray(at * b * c, (at + 1) * b * c), c, b), SHEET_EDGE),
    );
    return encodePng(montage(slices, SHEET_COLUMNS));
  }
  throw unsupported(name, shape);
}

const grey = (data: Uint8Array, width: number, height: number): Raster => ({
  width,
  height,
  channels: 1,
  data,
});

function isUnit(values: ArrayLike<number>): boolean {
  for (let at = 0; at < values.length; at++) if (values[at] < 0 || values[at] > 1) return false;
  return true;
}

function unsupported(name: string, shape: readonly number[]): OverreadError {
  return new OverreadError(
    'format-unsupported',
    `${name} holds arrays of the shape ${shape.join(' × ')}, which are no pictures: give height × width, height × width × 3 or slices × height × width.`,
  );
}

// What a pixel tool looks at: a picture of the read, or a slice of the scan in its own values.
import * as z from 'zod';
import { OverreadError } from '../domain/errors.ts';
import type { StoredBytes } from '../domain/expert.ts';
import type { ToolContext, ToolPictures } from '../domain/tool.ts';
import type { Raster, Volume } from '../domain/volume.ts';
import { type DisplayWindow, type Plane, sliceOf, WINDOWS, windowed, windowOf } from '../imaging/slices.ts';

export const pictureInput = z
  .union([z.int().min(1).max(9999), z.string().regex(/^(?:[1-9][0-9]{0,3}|[0-9a-f]{8,64})$/)])
  .describe('Picture: its number in the order shown (1 is the first), or the hash that a tool returned.');

export const planeInput = z.enum(['axial', 'coronal', 'sagittal']);

export const sliceInput = z
  .strictObject({
    plane: planeInput,
    index: z
      .int()
      .min(0)
      .max(100_000)
      .describe('0-based voxel index across the plane, as in bounding boxes.'),
  })
  .describe('A slice of the scan, in place of a picture; its own pixels and values are used.');

/** A coordinate on a picture: pixels from its left or top edge. */
const coordinate = z.number().min(0).max(100_000);
export const pointInput = z.tuple([coordinate, coordinate]);

export const windowInput = z
  .union([
    z.enum(Object.keys(WINDOWS) as [keyof typeof WINDOWS, ...(keyof typeof WINDOWS)[]]),
    z.strictObject({ level: z.number().min(-1e6).max(1e6), width: z.number().positive().max(1e6) }),
  ])
  .describe('Window by name or as level and width. Default: abdomen for HU, percentiles otherwise.');

/** Pixels that one call of a tool works through at most. */
const MAX_PIXELS = 1 << 24;

export interface View {
  readonly width: number;
  readonly height: number;
  /** One grey value per pixel: the scan's own, or a picture's luma 0…255 (ITU-R BT.601). */
  readonly values: ArrayLike<number>;
  /** "HU", "SUV", "arbitrary", or "grey" for a picture. */
  readonly unit: string;
  /** mm per pixel, rows then columns, where it is known. */
  readonly spacing?: readonly [number, number];
  /** What was looked at, for the result. */
  readonly of: Readonly<Record<string, unknown>>;
  /** 8-bit pixels to draw on. */
  raster(window?: WindowChoice): Raster;
}

export type WindowChoice = z.infer<typeof windowInput>;

export interface ViewChoice {
  readonly image?: string | number;
  readonly slice?: { readonly plane: Plane; readonly index: number };
}

/** Opens what a call names; the first picture when it names nothing. Errors: `bad-argument`, `not-allowed`. */
export async function viewOf({ image, slice }: ViewChoice, context: ToolContext): Promise<View> {
  if (image !== undefined && slice !== undefined)
    throw new OverreadError('bad-argument', 'Name a picture or a slice of the scan, not both.');
  if (slice !== undefined) return sliceView(await scanOf(context), slice);
  const { hash, raster } = await pictureOf(image, context);
  checkSize(raster);
  return {
    width: raster.width,
    height: raster.height,
    values: lumaOf(raster),
    unit: 'grey',
    ...(raster.spacing === undefined ? {} : { spacing: raster.spacing }),
    of: { image: hash },
    raster: () => raster,
  };
}

function sliceView(volume: Volume, { plane, index }: { plane: Plane; index: number }): View {
  const slice = sliceOf(volume, plane, index);
  checkSize(slice);
  return {
    width: slice.width,
    height: slice.height,
    values: slice.data,
    unit: volume.units,
    spacing: slice.spacing,
    of: { plane, index },
    raster: (window) => windowed(slice, windowFor(volume, window)),
  };
}

export function windowFor(volume: Volume, window: WindowChoice | undefined): DisplayWindow {
  if (typeof window === 'string') return WINDOWS[window];
  return window ?? (volume.units === 'HU' ? WINDOWS.abdomen : windowOf(volume.data));
}

/** The case's scan. Throws `not-allowed` where it has none. */
export async function scanOf({ case: access }: ToolContext): Promise<Volume> {
  const volume = await access.volume();
  if (volume !== undefined) return volume;
  throw new OverreadError('not-allowed', 'This case has no scan: name one of its pictures.');
}

/** The case's scan in HU. Throws `not-allowed` where there is none, or where it is not a CT. */
export async function hounsfieldScan(context: ToolContext): Promise<Volume> {
  const volume = await context.case.volume();
  if (volume === undefined)
    throw new OverreadError(
      'not-allowed',
      'This case has no scan, and pictures hold no HU: use measure_pixels or compare_regions for grey values.',
    );
  if (volume.units !== 'HU')
    throw new OverreadError(
      'not-allowed',
      'This scan is not in HU: use measure_pixels or compare_regions on a slice for its own values.',
    );
  return volume;
}

/** The read's pictures. Throws `not-allowed` where there are none to open. */
export function picturesOf({ pictures }: ToolContext): ToolPictures {
  if (pictures !== undefined) return pictures;
  throw new OverreadError('not-allowed', 'This read opens no pictures: name a slice of the scan.');
}

/** A picture by its number, hash or the beginning of its hash; the first by default. */
export async function pictureOf(
  named: string | number | undefined,
  context: ToolContext,
): Promise<{ hash: string; raster: Raster; stored: StoredBytes }> {
  const pictures = picturesOf(context);
  const known = pictures.list();
  const written = String(named ?? 1);
  const found =
    written.length <= 4
      ? known.slice(Number(written) - 1, Number(written))
      : known.filter(({ hash }) => hash.startsWith(written));
  if (found.length !== 1)
    throw new OverreadError(
      'not-allowed',
      known.length === 0
        ? 'No picture is shown here: name a slice of the scan, or render one first.'
        : found.length > 1
          ? 'Several pictures have a hash that begins so: give more of it.'
          : `There is no such picture here: name one by its number, 1 to ${known.length}, or by the hash that a tool returned.`,
    );
  const { hash } = found[0];
  return { hash, ...(await pictures.open(hash)) };
}

export function checkSize({ width, height }: { readonly width: number; readonly height: number }): void {
  if (width * height <= MAX_PIXELS) return;
  throw new OverreadError(
    'limit-exceeded',
    `The picture has more than ${MAX_PIXELS} pixels: zoom into a part of it first.`,
  );
}

export function lumaOf({ data, channels, width, height }: Raster): ArrayLike<number> {
  if (channels === 1) return data;
  const out = new Float32Array(width * height);
  for (let i = 0, at = 0; i < out.length; i++, at += channels)
    out[i] = 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
  return out;
}

/** A number as a result gives it: seven significant digits. */
export function shown(value: number): number {
  return Number(value.toPrecision(7));
}

/** Every number of a flat record as `shown`. */
export function shownAll<T extends Readonly<Record<string, number | null>>>(values: T): T {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value === null ? null : shown(value)]),
  ) as T;
}

/** Throws `bad-argument` for a point outside the picture. */
export function checkInside(
  points: readonly (readonly [number, number])[],
  { width, height }: { readonly width: number; readonly height: number },
): void {
  if (points.every(([x, y]) => x <= width && y <= height)) return;
  throw new OverreadError(
    'bad-argument',
    `Points lie within the picture: x from 0 to ${width}, y from 0 to ${height}.`,
  );
}

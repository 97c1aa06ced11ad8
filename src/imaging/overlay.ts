// Draws on an image: masks in colour, boxes, and a ruler between two points.
import { OverreadError } from '../domain/errors.ts';
import type { Raster } from '../domain/volume.ts';
import { toRgb } from './rasters.ts';
import type { Slice } from './slices.ts';
import { drawText, textSize } from './text.ts';

export type Colour = readonly [red: number, green: number, blue: number];

/** Eight colours that people with any colour vision can tell apart (Okabe and Ito 2008), without black. */
export const PALETTE: readonly Colour[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
  [204, 121, 167],
  [255, 255, 255],
];

/** A mask to draw: the label slice in the same plane and index as the image. */
export interface MaskMark {
  /** Pixels of the label map's slice: `sliceOf({ grid, data: layer.data }, …)`. */
  readonly slice: Pick<Slice, 'width' | 'height' | 'data'>;
  /** Values that belong to the mask. Default: all but 0. */
  readonly values?: readonly number[];
  readonly colour?: Colour;
  /** 0 … 1. Default 0.35 filled; an outline is always opaque. */
  readonly opacity?: number;
  /** Only the border pixels of the mask. Default false. */
  readonly outline?: boolean;
}

/**
 * The raster in colour with masks on it. Masks are spread over the raster by nearest pixel, so that a raster made
 * larger by squarePixels still fits. Throws `bad-argument` for a raster that is not 8-bit.
 */
export function overlay(raster: Raster, masks: readonly MaskMark[]): Raster & { data: Uint8Array } {
  const image = toRgb(raster);
  const { width, height, data } = image;
  masks.forEach(({ slice, values, colour, opacity, outline }, order) => {
    const paint = colour ?? PALETTE[order % PALETTE.length];
    const share = outline ? 1 : (opacity ?? 0.35);
    const member = inside(slice, values, width, height);
    for (let y = 0, at = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++) {
        if (member[at] === 0 || (outline && !onBorder(member, width, height, x, y))) continue;
        for (let c = 0; c < 3; c++)
          data[at * 3 + c] = Math.round(data[at * 3 + c] * (1 - share) + paint[c] * share);
      }
  });
  return image;
}

/** 1 where the mask lies, at the raster's size. */
function inside(
  slice: MaskMark['slice'],
  values: readonly number[] | undefined,
  width: number,
  height: number,
): Uint8Array {
  const wanted = values && new Set(values);
  const out = new Uint8Array(width * height);
  const column = Int32Array.from({ length: width }, (_, x) => Math.floor(((x + 0.5) * slice.width) / width));
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * slice.height) / height) * slice.width;
    for (let x = 0; x < width; x++, at++) {
      const value = slice.data[row + column[x]];
      out[at] = (wanted === undefined ? value !== 0 : wanted.has(value)) ? 1 : 0;
    }
  }
  return out;
}

/** True for a pixel with one of its four neighbours outside the mask or the image. */
function onBorder(member: Uint8Array, width: number, height: number, x: number, y: number): boolean {
  const at = y * width + x;
  return (
    x === 0 ||
    y === 0 ||
    x === width - 1 ||
    y === height - 1 ||
    member[at - 1] + member[at + 1] + member[at - width] + member[at + width] < 4
  );
}

export interface Box {
  /** Inclusive pixel bounds. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The raster in colour with a one-pixel frame along the box's outermost pixels; parts outside are cut off. */
export function drawBox(
  raster: Raster,
  box: Box,
  colour: Colour = PALETTE[3],
): Raster & { data: Uint8Array } {
  const image = toRgb(raster);
  const { left, top, right, bottom } = box;
  for (const y of [top, bottom]) line(image, [left, y], [right, y], colour);
  for (const x of [left, right]) line(image, [x, top], [x, bottom], colour);
  return image;
}

type Point = readonly [x: number, y: number];

/**
 * The raster in colour with a line between two pixel centres, short bars across its ends, and its length in mm beside
 * it. `label` replaces the length. Throws `bad-argument` without a label when the raster has no spacing.
 */
export function drawRuler(
  raster: Raster,
  from: Point,
  to: Point,
  options: { readonly colour?: Colour; readonly label?: string } = {},
): Raster & { data: Uint8Array } {
  const image = toRgb(raster);
  const colour = options.colour ?? PALETTE[3];
  const { spacing } = raster;
  if (spacing === undefined && options.label === undefined)
    throw new OverreadError('bad-argument', 'A ruler on an image without spacing needs a label.');
  const [dy, dx] = spacing ?? [1, 1];
  const millimetres = Math.hypot((to[0] - from[0]) * dx, (to[1] - from[1]) * dy);
  line(image, from, to, colour);
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
  const across: Point = [((from[1] - to[1]) / length) * 3, ((to[0] - from[0]) / length) * 3];
  for (const [x, y] of [from, to])
    line(image, [x - across[0], y - across[1]], [x + across[0], y + across[1]], colour);
  const text = options.label ?? `${millimetres.toFixed(1)} mm`;
  const size = textSize(text);
  // Beside the end that lies further right, inside the image.
  const [x, y] = to[0] >= from[0] ? to : from;
  const left = Math.max(0, Math.min(image.width - size.width, Math.round(x) + 5));
  const top = Math.max(0, Math.min(image.height - size.height, Math.round(y) - 3));
  drawText(image, text, left, top, colour);
  return image;
}

/** Bresenham's line between rounded points; pixels outside the image are left out. */
function line(image: Raster & { data: Uint8Array }, from: Point, to: Point, colour: Colour): void {
  let [x, y] = from.map(Math.round);
  const [endX, endY] = to.map(Math.round);
  const dx = Math.abs(endX - x);
  const dy = -Math.abs(endY - y);
  const stepX = x < endX ? 1 : -1;
  const stepY = y < endY ? 1 : -1;
  let error = dx + dy;
  for (;;) {
    if (x >= 0 && y >= 0 && x < image.width && y < image.height)
      image.data.set(colour, (y * image.width + x) * 3);
    if (x === endX && y === endY) return;
    const twice = 2 * error;
    if (twice >= dy) {
      error += dy;
      x += stepX;
    }
    if (twice <= dx) {
      error += dx;
      y += stepY;
    }
  }
}

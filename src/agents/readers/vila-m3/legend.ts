// An expert's masks on a picture, each in a colour of a cycle of sixteen, and the legend that names the colours.
import type { Raster } from '../../../domain/volume.ts';
import { type MaskMark, overlay } from '../../../imaging/overlay.ts';

/** Sixteen colours that differ in hue or lightness, with the names by which the legend calls them. */
export const COLOURS: readonly { readonly name: string; readonly rgb: readonly [number, number, number] }[] =
  [
    { name: 'red', rgb: [230, 25, 25] },
    { name: 'green', rgb: [30, 170, 50] },
    { name: 'blue', rgb: [20, 60, 230] },
    { name: 'yellow', rgb: [250, 225, 25] },
    { name: 'cyan', rgb: [40, 210, 230] },
    { name: 'magenta', rgb: [235, 40, 220] },
    { name: 'orange', rgb: [245, 130, 30] },
    { name: 'purple', rgb: [125, 30, 165] },
    { name: 'lime', rgb: [160, 250, 60] },
    { name: 'brown', rgb: [140, 85, 30] },
    { name: 'pink', rgb: [250, 160, 200] },
    { name: 'teal', rgb: [0, 110, 115] },
    { name: 'navy', rgb: [0, 0, 115] },
    { name: 'olive', rgb: [110, 110, 0] },
    { name: 'maroon', rgb: [115, 0, 20] },
    { name: 'lavender', rgb: [195, 175, 255] },
  ];

/** How much of a mask's colour covers the picture: the rest of it shines through. Assumed. */
export const OPACITY = 0.5;

export interface NamedMask {
  readonly name: string;
  readonly slice: MaskMark['slice'];
  readonly values?: readonly number[];
}

export interface LegendEntry {
  readonly colour: string;
  readonly name: string;
  /** Pixels of the picture that have the colour. */
  readonly pixels: number;
}

/**
 * Masks in the colours of the cycle, in their order. Where they overlap the later one is seen, so that every pixel has
 * one colour; a mask that is not seen anywhere has neither a colour nor a line.
 */
export function drawMasks(
  raster: Raster,
  masks: readonly NamedMask[],
): { readonly raster: Raster & { data: Uint8Array }; readonly legend: readonly LegendEntry[] } {
  const { width, height } = raster;
  const owner = new Uint16Array(width * height);
  for (const [at, mask] of masks.entries()) claim(owner, raster, mask, at + 1);
  const pixels = new Map<number, number>();
  for (const own of owner) if (own !== 0) pixels.set(own, (pixels.get(own) ?? 0) + 1);
  const seen = [...pixels]
    .sort(([a], [b]) => a - b)
    .map(([own, count], at) => ({ own, count, colour: COLOURS[at % COLOURS.length] }));
  const slice = { width, height, data: owner };
  return {
    raster: overlay(
      raster,
      seen.map(({ own, colour }) => ({ slice, values: [own], colour: colour.rgb, opacity: OPACITY })),
    ),
    legend: seen.map(({ own, count, colour }) => ({
      colour: colour.name,
      name: masks[own - 1].name,
      pixels: count,
    })),
  };
}

/** Writes a mask's number over its pixels, spread over the picture by nearest pixel. */
function claim(
  owner: Uint16Array,
  { width, height }: Pick<Raster, 'width' | 'height'>,
  { slice, values }: NamedMask,
  number: number,
): void {
  const wanted = values && new Set(values);
  if (slice.width === 0 || slice.height === 0) return;
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * slice.height) / height) * slice.width;
    for (let x = 0; x < width; x++) {
      const value = slice.data[row + Math.floor(((x + 0.5) * slice.width) / width)];
      if (wanted === undefined ? value !== 0 : wanted.has(value)) owner[y * width + x] = number;
    }
  }
}

/** Pixels of a mask in its own slice. */
export function pixelsOf({ slice: { data }, values }: NamedMask): number {
  const wanted = values && new Set(values);
  let pixels = 0;
  for (let at = 0; at < data.length; at++)
    if (wanted === undefined ? data[at] !== 0 : wanted.has(data[at])) pixels++;
  return pixels;
}

/** "The colors show: red liver, green spleen." */
export function legendText(legend: readonly Pick<LegendEntry, 'colour' | 'name'>[]): string {
  if (legend.length === 0) return 'No structure of this kind was found in the picture.';
  return `The colors show: ${legend.map(({ colour, name }) => `${colour} is ${name}`).join(', ')}.`;
}

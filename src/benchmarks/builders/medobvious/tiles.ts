// Grids as pictures: tiles made square without distortion, side by side, one of them in a red box where asked.
import { OverreadError } from '../../../domain/errors.ts';
import type { Raster } from '../../../domain/volume.ts';
import { montage } from '../../../imaging/montage.ts';
import { drawBox } from '../../../imaging/overlay.ts';

export const FITS = ['pad', 'crop'] as const;
/** How a picture becomes square: black beside it, or its middle cut out. Neither changes proportions. */
export type Fit = (typeof FITS)[number];

const MAX_PIXELS = 1 << 28;
/** Pixels between tiles. */
export const GAP = 4;
const BOX_PIXELS = 5;
const RED = [255, 0, 0] as const;

/** An encoded picture as a square 8-bit RGB tile. Throws `file-corrupt`, naming the picture. */
export async function squareTile(bytes: Uint8Array, side: number, fit: Fit, name: string): Promise<Raster> {
  const { default: sharp } = await import('sharp');
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: MAX_PIXELS })
      .autoOrient()
      .flatten({ background: '#000' })
      .toColourspace('srgb')
      .resize({ width: side, height: side, fit: fit === 'pad' ? 'contain' : 'cover', background: '#000' })
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new TypeError(`${info.channels} channels`);
    return { width: side, height: side, channels: 3, data: new Uint8Array(data) };
  } catch (cause) {
    throw new OverreadError('file-corrupt', `${name} cannot be decoded as a picture: copy it again.`, {
      cause,
    });
  }
}

export function gridOf(tiles: readonly Raster[], side: number): Raster {
  return montage(tiles, side, { gap: GAP, background: 255 });
}

/** The grid with a red frame along the inside of the tile at `place`. */
export function boxed(grid: Raster, place: number, side: number): Raster {
  const edge = (grid.width - GAP * (side - 1)) / side;
  const [left, top] = [(place % side) * (edge + GAP), Math.floor(place / side) * (edge + GAP)];
  let framed: Raster = grid;
  for (let inset = 0; inset < BOX_PIXELS; inset++)
    framed = drawBox(
      framed,
      {
        left: left + inset,
        top: top + inset,
        right: left + edge - 1 - inset,
        bottom: top + edge - 1 - inset,
      },
      RED,
    );
  return framed;
}

// Token vectors of pictures without a model: patches by their look. They find textures and print, not meaning.
import type { Raster } from '../../domain/volume.ts';
import { rasterOfBytes } from '../../imaging/picture-bytes.ts';
import { type TokenRows, tokenRows } from './late-interaction.ts';

/** Edge of a patch in pixels, and most patches of a picture: larger pictures are looked at in coarser steps. */
const PATCH = 16;
const MOST_PATCHES = 1024;
const DIRECTIONS = 8;

/**
 * One row for each patch of 16 × 16 pixels that is not plain: how dark, how coloured and how rough it is, and where its
 * edges run. Compares the look of tissue and print, at the same magnification.
 */
export function patchRows(raster: Raster): TokenRows {
  const { width, height } = raster;
  const across = Math.max(1, Math.floor(width / PATCH));
  const down = Math.max(1, Math.floor(height / PATCH));
  const stride = Math.max(1, Math.ceil(Math.sqrt((across * down) / MOST_PATCHES)));
  const rows: Float32Array[] = [];
  for (let row = 0; row < down; row += stride)
    for (let column = 0; column < across; column += stride) {
      const vector = patchVector(raster, column * PATCH, row * PATCH);
      if (vector !== undefined) rows.push(vector);
    }
  return tokenRows(rows);
}

export async function patchTokens(bytes: Uint8Array): Promise<TokenRows> {
  return patchRows(await rasterOfBytes(bytes));
}

/** Grey levels of deviation below which a patch is plain paper or background. */
const PLAIN = 4;

function patchVector(
  { data, width, height, channels }: Raster,
  x0: number,
  y0: number,
): Float32Array | undefined {
  const x1 = Math.min(width, x0 + PATCH);
  const y1 = Math.min(height, y0 + PATCH);
  const n = (x1 - x0) * (y1 - y0);
  const colour = channels >= 3;
  const value = (x: number, y: number, channel: number) => Number(data[(y * width + x) * channels + channel]);
  const grey = (x: number, y: number) =>
    colour ? (value(x, y, 0) + value(x, y, 1) + value(x, y, 2)) / 3 : value(x, y, 0);
  const directions = new Float32Array(DIRECTIONS);
  let sum = 0;
  let squares = 0;
  let red = 0;
  let blue = 0;
  for (let y = y0; y < y1; y++)
    for (let x = x0; x < x1; x++) {
      const here = grey(x, y);
      sum += here;
      squares += here * here;
      if (colour) {
        red += value(x, y, 0) - here;
        blue += value(x, y, 2) - here;
      }
      if (x + 1 >= x1 || y + 1 >= y1) continue;
      const gx = grey(x + 1, y) - here;
      const gy = grey(x, y + 1) - here;
      const angle = (Math.atan2(gy, gx) + 2 * Math.PI) % Math.PI;
      directions[Math.min(DIRECTIONS - 1, Math.floor((angle / Math.PI) * DIRECTIONS))] += Math.hypot(gx, gy);
    }
  const mean = sum / n;
  const deviation = Math.sqrt(Math.max(0, squares / n - mean * mean));
  if (deviation < PLAIN && Math.abs(red) / n < PLAIN && Math.abs(blue) / n < PLAIN) return undefined;
  const strongest = directions.reduce((total, each) => total + each, 0) || 1;
  // Each about −1…1, the directions less their share of an even spread.
  return Float32Array.from([
    (mean - 128) / 64,
    deviation / 32 - 1,
    red / n / 16,
    blue / n / 16,
    ...Array.from(directions, (each) => (each / strongest - 1 / DIRECTIONS) * 4),
    strongest / n / 32 - 1,
  ]);
}

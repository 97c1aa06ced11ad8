// Rows of letter-like marks on an even background: burned-in text that a recogniser may not make out.
import type { Raster } from '../domain/volume.ts';
import type { Box } from './ocr.ts';

/** Squares in which one grey (give or take two) makes up half of the pixels are even; the others are anatomy. */
const SQUARE = 32;
const EVEN = 0.5;
/** Grey levels that a mark differs from its background by. */
const CONTRAST = 60;
const [LEAST_HEIGHT, MOST_HEIGHT] = [6, 48];
const LEAST_LETTERS = 3;

/**
 * Boxes of rows of marks of like height, side by side, in an 8-bit picture.
 * @param options.letters fewest marks of a row. Default 3.
 */
export function letterRows(raster: Raster, options: { readonly letters?: number } = {}): Box[] {
  const marks = marksOf(raster).filter(({ left, top, right, bottom }) => {
    const [width, height] = [right - left, bottom - top];
    return height >= LEAST_HEIGHT && height <= MOST_HEIGHT && width <= 2 * height;
  });
  const rows: Box[][] = [];
  for (const mark of marks.sort((a, b) => a.left - b.left)) {
    const row = rows.find((letters) => continues(letters[letters.length - 1], mark));
    if (row === undefined) rows.push([mark]);
    else row.push(mark);
  }
  return rows
    .filter((row) => row.length >= (options.letters ?? LEAST_LETTERS))
    .map((row) => ({
      left: Math.min(...row.map(({ left }) => left)),
      top: Math.min(...row.map(({ top }) => top)),
      right: Math.max(...row.map(({ right }) => right)),
      bottom: Math.max(...row.map(({ bottom }) => bottom)),
    }));
}

/** Whether a mark stands beside a letter as the next letter of its row would. */
function continues(letter: Box, mark: Box): boolean {
  const [a, b] = [letter.bottom - letter.top, mark.bottom - mark.top];
  const shared = Math.min(letter.bottom, mark.bottom) - Math.max(letter.top, mark.top);
  const gap = mark.left - letter.right;
  const tall = Math.max(a, b);
  return (
    shared >= 0.5 * Math.min(a, b) && tall <= 2.5 * Math.min(a, b) && gap <= 1.2 * tall && gap >= -0.5 * tall
  );
}

/** Boxes of connected marks (8 neighbours) that stand out of even squares. */
function marksOf(raster: Raster): Box[] {
  const { width, height } = raster;
  const ink = inkOf(raster);
  const boxes: Box[] = [];
  const stack: number[] = [];
  for (let start = 0; start < ink.length; start++) {
    if (ink[start] === 0) continue;
    ink[start] = 0;
    stack.push(start);
    let [left, top, right, bottom] = [width, height, 0, 0];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const [x, y] = [at % width, Math.floor(at / width)];
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          if (ink[v * width + u] === 0) continue;
          ink[v * width + u] = 0;
          stack.push(v * width + u);
        }
    }
    boxes.push({ left, top, right, bottom });
  }
  return boxes;
}

/** 1 where a pixel of an even square differs from its background. */
function inkOf(raster: Raster): Uint8Array {
  const { width, height } = raster;
  const grey = greyOf(raster);
  const ink = new Uint8Array(width * height);
  for (let top = 0; top < height; top += SQUARE)
    for (let left = 0; left < width; left += SQUARE) {
      const [right, bottom] = [Math.min(width, left + SQUARE), Math.min(height, top + SQUARE)];
      const counts = new Uint32Array(256);
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) counts[grey[y * width + x]]++;
      const mode = counts.indexOf(Math.max(...counts));
      let near = 0;
      for (let g = Math.max(0, mode - 2); g <= Math.min(255, mode + 2); g++) near += counts[g];
      if (near < EVEN * (right - left) * (bottom - top)) continue;
      for (let y = top; y < bottom; y++)
        for (let x = left; x < right; x++)
          if (Math.abs(grey[y * width + x] - mode) > CONTRAST) ink[y * width + x] = 1;
    }
  return ink;
}

/** The brightest channel: coloured letters stand out of black by any of them. */
function greyOf({ channels, data }: Raster): Uint8Array {
  const out = new Uint8Array(data.length / channels);
  for (let n = 0; n < out.length; n++)
    out[n] =
      channels === 1 ? data[n] : Math.max(data[n * channels], data[n * channels + 1], data[n * channels + 2]);
  return out;
}

// Short labels in a 3 × 5 pixel font of its own, so that images are the same on machines with other fonts.
import type { Raster } from '../domain/volume.ts';

/** Rows from the top, three bits each, the left pixel first. */
const GLYPHS: Readonly<Record<string, readonly number[]>> = {
  '0': [7, 5, 5, 5, 7],
  '1': [2, 6, 2, 2, 7],
  '2': [7, 1, 7, 4, 7],
  '3': [7, 1, 3, 1, 7],
  '4': [5, 5, 7, 1, 1],
  '5': [7, 4, 7, 1, 7],
  '6': [7, 4, 7, 5, 7],
  '7': [7, 1, 2, 2, 2],
  '8': [7, 5, 7, 5, 7],
  '9': [7, 5, 7, 1, 7],
  '.': [0, 0, 0, 0, 2],
  '-': [0, 0, 7, 0, 0],
  '/': [1, 1, 2, 4, 4],
  ':': [0, 2, 0, 2, 0],
  '%': [5, 1, 2, 4, 5],
  ' ': [0, 0, 0, 0, 0],
  A: [2, 5, 7, 5, 5],
  B: [6, 5, 6, 5, 6],
  C: [3, 4, 4, 4, 3],
  D: [6, 5, 5, 5, 6],
  E: [7, 4, 6, 4, 7],
  F: [7, 4, 6, 4, 4],
  G: [3, 4, 5, 5, 3],
  H: [5, 5, 7, 5, 5],
  I: [7, 2, 2, 2, 7],
  J: [1, 1, 1, 5, 2],
  K: [5, 5, 6, 5, 5],
  L: [4, 4, 4, 4, 7],
  M: [5, 7, 7, 5, 5],
  N: [6, 5, 5, 5, 5],
  O: [2, 5, 5, 5, 2],
  P: [6, 5, 6, 4, 4],
  Q: [2, 5, 5, 6, 3],
  R: [6, 5, 6, 5, 5],
  S: [3, 4, 2, 1, 6],
  T: [7, 2, 2, 2, 2],
  U: [5, 5, 5, 5, 7],
  V: [5, 5, 5, 5, 2],
  W: [5, 5, 7, 7, 5],
  X: [5, 5, 2, 5, 5],
  Y: [5, 5, 2, 2, 2],
  Z: [7, 1, 2, 4, 7],
};
const UNKNOWN = [7, 7, 7, 7, 7];

/** Pixels that a label takes at a scale. Default scale 2: letters 10 pixels high. */
export function textSize(text: string, scale = 2): { width: number; height: number } {
  return { width: Math.max(0, text.length * 4 - 1) * scale, height: 5 * scale };
}

/** Draws capitals, digits and . - / : % into an RGB image in place; small letters become capitals. */
export function drawText(
  image: Raster & { data: Uint8Array },
  text: string,
  left: number,
  top: number,
  colour: readonly [number, number, number],
  scale = 2,
): void {
  [...text.toUpperCase()].forEach((letter, index) => {
    const glyph = GLYPHS[letter] ?? UNKNOWN;
    for (let y = 0; y < 5 * scale; y++)
      for (let x = 0; x < 3 * scale; x++) {
        if (((glyph[Math.floor(y / scale)] >> (2 - Math.floor(x / scale))) & 1) === 0) continue;
        const px = left + index * 4 * scale + x;
        const py = top + y;
        if (px >= 0 && py >= 0 && px < image.width && py < image.height)
          image.data.set(colour, (py * image.width + px) * 3);
      }
  });
}

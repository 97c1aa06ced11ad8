// Boxes and ellipses on a picture: which pixels lie in them, and their outline.
import type { Raster } from '../domain/volume.ts';
import type { Colour } from './overlay.ts';

/** Continuous picture coordinates: the first pixel covers 0…1, its centre lies at 0.5. */
export type PicturePoint = readonly [x: number, y: number];

/** A box, or the ellipse inscribed in it, by two opposite corners. */
export interface PixelShape {
  readonly kind: 'box' | 'ellipse';
  readonly corners: readonly [PicturePoint, PicturePoint];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function edges({ corners: [a, b] }: PixelShape) {
  return {
    left: Math.min(a[0], b[0]),
    right: Math.max(a[0], b[0]),
    top: Math.min(a[1], b[1]),
    bottom: Math.max(a[1], b[1]),
  };
}

function contains(shape: PixelShape): (x: number, y: number) => boolean {
  const { left, right, top, bottom } = edges(shape);
  if (shape.kind === 'box') return (x, y) => x >= left && x < right && y >= top && y < bottom;
  const [cx, cy] = [(left + right) / 2, (top + bottom) / 2];
  const [rx, ry] = [(right - left) / 2, (bottom - top) / 2];
  return (x, y) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1;
}

/** Indices, row by row, of the pixels whose centres lie in the shape; what lies outside the picture is left out. */
export function pixelsIn(shape: PixelShape, { width, height }: Size): Uint32Array {
  const { left, right, top, bottom } = edges(shape);
  const inside = contains(shape);
  const found: number[] = [];
  const x0 = Math.max(0, Math.floor(left - 0.5));
  const x1 = Math.min(width - 1, Math.ceil(right));
  for (let y = Math.max(0, Math.floor(top - 0.5)); y <= Math.min(height - 1, Math.ceil(bottom)); y++)
    for (let x = x0; x <= x1; x++) if (inside(x + 0.5, y + 0.5)) found.push(y * width + x);
  return Uint32Array.from(found);
}

/** Draws the ellipse's outline in place, one pixel thick: its pixels that have a neighbour outside it. */
export function drawEllipse(
  image: Raster & { readonly data: Uint8Array; readonly channels: 3 },
  corners: PixelShape['corners'],
  colour: Colour,
): void {
  const shape: PixelShape = { kind: 'ellipse', corners };
  const inside = contains(shape);
  for (const pixel of pixelsIn(shape, image)) {
    const x = (pixel % image.width) + 0.5;
    const y = Math.floor(pixel / image.width) + 0.5;
    const rim = !inside(x - 1, y) || !inside(x + 1, y) || !inside(x, y - 1) || !inside(x, y + 1);
    if (rim) image.data.set(colour, pixel * 3);
  }
}

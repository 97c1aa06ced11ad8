// Numbers out of masks and boxes that indicators are made of: cup-disc and cardiothoracic ratios, areas.
import type { PixelBox, SoftMask } from '../../../domain/expert.ts';

const INSIDE = 0.5;

/** First and last row and column of a mask (inclusive) and its pixels; undefined where it is empty. */
export function extentOf({ width, height, probability }: SoftMask):
  | {
      readonly top: number;
      readonly bottom: number;
      readonly left: number;
      readonly right: number;
      readonly pixels: number;
    }
  | undefined {
  let [top, bottom, left, right, pixels] = [height, -1, width, -1, 0];
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      if (probability[at] < INSIDE) continue;
      if (y < top) top = y;
      bottom = y;
      if (x < left) left = x;
      if (x > right) right = x;
      pixels++;
    }
  return pixels === 0 ? undefined : { top, bottom, left, right, pixels };
}

/** Height of the optic cup over height of the optic disc, rows over rows; undefined where either is empty. */
export function verticalCupDiscRatio(cup: SoftMask, disc: SoftMask): number | undefined {
  const [inner, outer] = [extentOf(cup), extentOf(disc)];
  if (inner === undefined || outer === undefined) return undefined;
  return (inner.bottom - inner.top + 1) / (outer.bottom - outer.top + 1);
}

/** As published: the heart's width over the picture's, as if the thorax filled it. */
export function publishedCardiothoracicRatio(heart: PixelBox, pictureWidth: number): number {
  return (heart[2] - heart[0]) / pictureWidth;
}

/** The heart's greatest width over the thorax's (both lungs and what is between them). */
export function cardiothoracicRatio(heart: PixelBox, thorax: PixelBox): number {
  return (heart[2] - heart[0]) / (thorax[2] - thorax[0]);
}

/** Share of the picture that lies in the mask. */
export function areaShare(mask: SoftMask): number {
  return (extentOf(mask)?.pixels ?? 0) / (mask.width * mask.height);
}

/** The box around a mask, right and bottom edges included; undefined where it is empty. */
export function boxOf(mask: SoftMask): PixelBox | undefined {
  const extent = extentOf(mask);
  return extent === undefined ? undefined : [extent.left, extent.top, extent.right + 1, extent.bottom + 1];
}

/** Score 1 to 5 of a number by four ascending grades. */
export function gradeOf(value: number, grades: readonly number[]): number {
  return 1 + grades.filter((grade) => value >= grade).length;
}

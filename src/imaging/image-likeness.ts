// Tells an image of whole numbers from a label map, which no header does.
import { OverreadError } from '../domain/errors.ts';
import type { RawAnnotation } from '../domain/volume.ts';

/** Fewer values than this may be labels however they lie. */
const FEWEST_VALUES = 32;
/** Neighbours in an organ nearly always have one label; in an image they rarely have one grey value. */
const LEAST_EQUAL = 0.5;
/** Pairs of neighbours that are looked at. */
const SAMPLE = 200_000;

/** True when voxels hold so many values, so rarely equal to their neighbours, that they are grey values. */
export function looksLikeImage(data: ArrayLike<number>, values: number): boolean {
  if (values < FEWEST_VALUES) return false;
  const step = Math.max(1, Math.floor(data.length / SAMPLE));
  let pairs = 0;
  let equal = 0;
  for (let i = 0; i + 1 < data.length; i += step) {
    if (data[i] === 0) continue;
    pairs++;
    if (data[i] === data[i + 1]) equal++;
  }
  return pairs > 0 && equal / pairs < LEAST_EQUAL;
}

/** Throws `format-unsupported` for an annotation of unnamed labels that are the grey values of an image. */
export function assertLabels(raw: RawAnnotation, name: string): void {
  for (const { data, labels } of raw.layers) {
    if (labels.some((label) => label.name !== undefined) || !looksLikeImage(data, labels.length)) continue;
    throw new OverreadError(
      'format-unsupported',
      `${name} looks like an image, for it holds ${labels.length} values without order: give its label map.`,
      { details: { image: true, values: labels.length } },
    );
  }
}

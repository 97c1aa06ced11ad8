// A region of interest as IBSI sees it: an image block with a morphological and an intensity mask.
import type { Vec3 } from '../../domain/geometry.ts';

/** Voxels along i (fastest), j, k, in mm; the image's axes are taken as orthogonal. */
export interface Block {
  readonly shape: Vec3;
  readonly spacing: Vec3;
  readonly image: Float64Array;
}

export interface Roi extends Block {
  /** 1 inside: decides shape. */
  readonly morphological: Uint8Array;
  /** 1 inside: decides intensities; the morphological mask after re-segmentation. */
  readonly intensity: Uint8Array;
}

/** Intensities under the intensity mask, in memory order. */
export function intensitiesOf({ image, intensity }: Roi): Float64Array {
  let n = 0;
  for (let p = 0; p < intensity.length; p++) n += intensity[p];
  const out = new Float64Array(n);
  let q = 0;
  for (let p = 0; p < intensity.length; p++) if (intensity[p] === 1) out[q++] = image[p];
  return out;
}

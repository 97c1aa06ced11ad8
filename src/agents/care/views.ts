// The three views of evidence: a crop around the mask, the mask as a picture of its own, or all of the picture.
import type { SoftMask } from '../../domain/expert.ts';
import type { Raster } from '../../domain/volume.ts';
import { cropped, widened } from '../regions/region-pictures.ts';
import { maskBox } from './confidence.ts';

/** In the order in which they decide a tie. */
export const VIEWS = ['zoom', 'mask', 'global'] as const;
export type View = (typeof VIEWS)[number];

export interface ViewSettings {
  /** Margin of the crop, a share of the mask's longer edge. */
  readonly margin: number;
  /** The crop is enlarged until its longer edge is so many pixels. */
  readonly edge: number;
}

/** 255 in the mask, 0 outside, at the picture's size; nothing of the picture in it. */
export function maskPicture(mask: SoftMask, { width, height }: Pick<Raster, 'width' | 'height'>): Raster {
  const data = new Uint8Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.min(mask.height - 1, Math.floor(((y + 0.5) * mask.height) / height)) * mask.width;
    for (let x = 0; x < width; x++, at++) {
      const column = Math.min(mask.width - 1, Math.floor(((x + 0.5) * mask.width) / width));
      data[at] = mask.probability[row + column] >= 0.5 ? 255 : 0;
    }
  }
  return { width, height, channels: 1, data };
}

/** The picture to be shown beside the question's own, which is never drawn on. `mask` is not empty but for "global". */
export function viewPicture(
  view: View,
  raster: Raster,
  mask: SoftMask | undefined,
  { margin, edge }: ViewSettings,
): Raster {
  const box = mask === undefined ? undefined : maskBox(mask);
  if (view === 'global' || mask === undefined || box === undefined) {
    const { width, height } = raster;
    return { width, height, channels: 1, data: new Uint8Array(width * height).fill(255) };
  }
  if (view === 'mask') return maskPicture(mask, raster);
  const [sx, sy] = [raster.width / mask.width, raster.height / mask.height];
  return cropped(raster, widened([box[0] * sx, box[1] * sy, box[2] * sx, box[3] * sy], margin, raster), edge);
}

/** The line above a view's picture. */
export function viewCaption(view: View, entities: readonly string[]): string {
  const named = entities.map((entity) => `“${entity}”`).join(', ');
  return {
    zoom: `Cut out of the picture around ${named} and enlarged:`,
    mask: `Where ${named} ${entities.length > 1 ? 'were' : 'was'} outlined (white), on the grid of the picture:`,
    global: 'All of the picture counts (white everywhere):',
  }[view];
}

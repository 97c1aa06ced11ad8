// What a model is shown of a region that it named: the picture with the region framed, or the region by itself, enlarged.
import type { PixelBox } from '../../domain/expert.ts';
import type { Raster } from '../../domain/volume.ts';
import { drawBox, PALETTE } from '../../imaging/overlay.ts';
import { scaled } from '../../imaging/raster-size.ts';
import { sameRaster } from '../../imaging/rasters.ts';

/** Whole pixels that a box touches, inside the picture: first and last column and row. */
export function pixelsOf(box: PixelBox, { width, height }: Pick<Raster, 'width' | 'height'>) {
  const clip = (at: number, size: number) => Math.min(Math.max(at, 0), size - 1);
  const [left, top] = [clip(Math.floor(box[0]), width), clip(Math.floor(box[1]), height)];
  return {
    left,
    top,
    right: Math.max(left, clip(Math.ceil(box[2]) - 1, width)),
    bottom: Math.max(top, clip(Math.ceil(box[3]) - 1, height)),
  };
}

/**
 * The picture in colour with a frame around each box: outside of it, so that nothing in the box is painted over, and
 * thicker in large pictures, so that it outlives their being made smaller.
 */
export function framed(raster: Raster, boxes: readonly PixelBox[]): Raster {
  const thick = Math.max(1, Math.round(Math.max(raster.width, raster.height) / 256));
  let image: Raster = raster;
  boxes.forEach((box, order) => {
    const { left, top, right, bottom } = pixelsOf(box, raster);
    for (let n = 1; n <= thick; n++)
      image = drawBox(
        image,
        { left: left - n, top: top - n, right: right + n, bottom: bottom + n },
        PALETTE[order % PALETTE.length],
      );
  });
  return image;
}

/** A box with a margin on each side, a share of its longer edge, cut at the picture's edges. */
export function widened(
  box: PixelBox,
  margin: number,
  { width, height }: Pick<Raster, 'width' | 'height'>,
): PixelBox {
  const add = margin * Math.max(box[2] - box[0], box[3] - box[1]);
  return [
    Math.max(0, box[0] - add),
    Math.max(0, box[1] - add),
    Math.min(width, box[2] + add),
    Math.min(height, box[3] + add),
  ];
}

/** The pixels of a box, made larger until its longer edge is `edge` pixels; never smaller than they are. */
export function cropped(raster: Raster, box: PixelBox, edge: number): Raster {
  const { left, top, right, bottom } = pixelsOf(box, raster);
  const { channels, data } = raster;
  const [width, height] = [right - left + 1, bottom - top + 1];
  const out = sameRaster(data, width * height * channels);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * raster.width + left) * channels;
    out.set(data.subarray(from, from + width * channels), row * width * channels);
  }
  const grow = edge / Math.max(width, height);
  const crop: Raster = { width, height, channels, data: out };
  return grow <= 1
    ? crop
    : scaled(crop, Math.max(1, Math.round(width * grow)), Math.max(1, Math.round(height * grow)));
}

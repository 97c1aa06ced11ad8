// zoom_picture: a part of a picture, enlarged.
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import { TOOL_MODES, type Tool } from '../../domain/tool.ts';
import { cropRaster, rectAround } from '../../imaging/crop-raster.ts';
import { scaled } from '../../imaging/raster-size.ts';
import { checkSize, pictureInput, pictureOf, picturesOf, shown } from '../picture-view.ts';

const edge = z.number().min(0).max(100_000);

const input = z.strictObject({
  image: pictureInput.optional(),
  box: z.tuple([edge, edge, edge, edge]).describe('Part to show: x0, y0, x1, y1 in pixels of the picture.'),
  scale: z
    .number()
    .min(0.1)
    .max(16)
    .optional()
    .describe('Pixels of the result for one of the picture. Default: the longest edge becomes 512 pixels.'),
});

const LONGEST = 2048;

const zoomPicture: Tool<z.infer<typeof input>> = {
  name: 'zoom_picture',
  description: 'Cuts a part out of a picture and enlarges it. The first picture when none is named.',
  input,
  modes: TOOL_MODES,
  group: 'pixels',
  run: async ({ image, box, scale }, context) => {
    const { hash, raster } = await pictureOf(image, context);
    checkSize(raster);
    const part = rectAround(box, raster);
    if (part === undefined)
      throw new OverreadError(
        'bad-argument',
        `The box shows nothing of the picture, which is ${raster.width} × ${raster.height} pixels.`,
      );
    const cut = cropRaster(raster, part);
    const longest = Math.max(cut.width, cut.height);
    const by = Math.min(scale ?? 512 / longest, LONGEST / longest);
    const size = (n: number) => Math.max(1, Math.round(n * by));
    const picture = scaled(cut, size(cut.width), size(cut.height));
    return {
      image: await picturesOf(context).keep(picture, 'zoom_picture'),
      width: picture.width,
      height: picture.height,
      of: hash,
      box: [part.left, part.top, part.right, part.bottom],
      pixels_per_pixel: [shown(picture.width / cut.width), shown(picture.height / cut.height)],
    };
  },
};

export default zoomPicture;

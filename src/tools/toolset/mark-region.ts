// mark_region: boxes, ellipses, rulers, points and labels drawn on a picture.
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import { TOOL_MODES, type Tool } from '../../domain/tool.ts';
import type { Raster } from '../../domain/volume.ts';
import { type Colour, drawBox, drawRuler, PALETTE } from '../../imaging/overlay.ts';
import { drawEllipse } from '../../imaging/pixel-shapes.ts';
import { toRgb } from '../../imaging/rasters.ts';
import { drawText } from '../../imaging/text.ts';
import {
  checkInside,
  checkSize,
  pictureInput,
  picturesOf,
  pointInput,
  sliceInput,
  viewOf,
  windowInput,
} from '../picture-view.ts';

const COLOURS = ['orange', 'sky', 'green', 'yellow', 'blue', 'vermilion', 'purple', 'white'] as const;

const mark = z.strictObject({
  kind: z.enum(['box', 'ellipse', 'ruler', 'point', 'label']),
  points: z
    .array(pointInput)
    .min(1)
    .max(2)
    .describe('x, y in pixels of the picture: two corners, two ends, or one place.'),
  text: z.string().max(40).optional().describe('Written beside it: letters, digits and . - / : %'),
  colour: z.enum(COLOURS).optional(),
});
type Mark = z.infer<typeof mark>;

const input = z.strictObject({
  image: pictureInput.optional(),
  slice: sliceInput.optional(),
  window: windowInput.optional().describe('With slice.'),
  marks: z.array(mark).min(1).max(32),
});

const markRegion: Tool<z.infer<typeof input>> = {
  name: 'mark_region',
  description:
    'Draws boxes, ellipses, rulers, points and labels on a picture or a slice of the scan and returns the new ' +
    'picture. Rulers say millimetres where the size of a pixel is known.',
  input,
  modes: TOOL_MODES,
  group: 'pixels',
  run: async ({ image, slice, window, marks }, context) => {
    const view = await viewOf({ image, slice }, context);
    checkSize(view);
    checkInside(
      marks.flatMap(({ points }) => points),
      view,
    );
    let picture = toRgb(view.raster(window)) as Drawn;
    for (const [order, each] of marks.entries()) picture = drawn(picture, each, order);
    return {
      image: await picturesOf(context).keep(picture, 'mark_region'),
      width: picture.width,
      height: picture.height,
      of: view.of,
      marks: marks.length,
    };
  },
};

type Drawn = Raster & { readonly channels: 3; readonly data: Uint8Array };

function drawn(picture: Drawn, { kind, points, text, colour }: Mark, order: number): Drawn {
  const paint = PALETTE[colour === undefined ? order % PALETTE.length : COLOURS.indexOf(colour)];
  const [a, b] = points;
  if ((kind === 'point' || kind === 'label') !== (b === undefined))
    throw new OverreadError(
      'bad-argument',
      'A box, an ellipse and a ruler have two points, a point and a label one.',
    );
  // Pixel centres, as the drawing of lines counts: the first pixel's lies at 0.
  const centre = ([x, y]: readonly [number, number]) => [x - 0.5, y - 0.5] as const;
  if (b === undefined) {
    if (kind === 'point') cross(picture, centre(a), paint);
    if (text !== undefined) write(picture, text, a[0] + (kind === 'point' ? 6 : 0), a[1], paint);
    return picture;
  }
  if (kind === 'ruler') {
    const px = Math.hypot(b[0] - a[0], b[1] - a[1]);
    const label = text ?? (picture.spacing === undefined ? `${px.toFixed(1)} px` : undefined);
    return drawRuler(picture, centre(a), centre(b), {
      colour: paint,
      ...(label === undefined ? {} : { label }),
    }) as Drawn;
  }
  const left = Math.floor(Math.min(a[0], b[0]));
  const top = Math.floor(Math.min(a[1], b[1]));
  const right = Math.max(left, Math.ceil(Math.max(a[0], b[0])) - 1);
  const bottom = Math.max(top, Math.ceil(Math.max(a[1], b[1])) - 1);
  const framed = kind === 'box' ? (drawBox(picture, { left, top, right, bottom }, paint) as Drawn) : picture;
  if (kind === 'ellipse') drawEllipse(framed, [a, b], paint);
  if (text !== undefined) write(framed, text, left, top - 12 < 0 ? bottom + 3 : top - 12, paint);
  return framed;
}

function write(picture: Drawn, text: string, left: number, top: number, colour: Colour): void {
  drawText(picture, text, Math.round(left), Math.round(top), colour);
}

function cross(picture: Drawn, [x, y]: readonly [number, number], colour: Colour): void {
  for (let step = -4; step <= 4; step++)
    for (const [dx, dy] of [
      [step, 0],
      [0, step],
    ]) {
      const [px, py] = [Math.round(x) + dx, Math.round(y) + dy];
      if (px >= 0 && py >= 0 && px < picture.width && py < picture.height)
        picture.data.set(colour, (py * picture.width + px) * 3);
    }
}

export default markRegion;

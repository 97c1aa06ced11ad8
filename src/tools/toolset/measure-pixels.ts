// measure_pixels: a ruler, an angle, a box or an ellipse on a picture or slice, in mm where the pixel's size is known.
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import { TOOL_MODES, type Tool } from '../../domain/tool.ts';
import { pixelsIn } from '../../imaging/pixel-shapes.ts';
import { sampleStatistics } from '../../measure/sample-statistics.ts';
import {
  checkInside,
  pictureInput,
  pointInput,
  shown,
  shownAll,
  sliceInput,
  type View,
  viewOf,
} from '../picture-view.ts';

const input = z.strictObject({
  image: pictureInput.optional(),
  slice: sliceInput.optional(),
  kind: z
    .enum(['ruler', 'angle', 'box', 'ellipse'])
    .describe(
      'ruler: 2 points; angle: 3 points, at the second, or 4, between the lines 1–2 and 3–4; box, ellipse: 2 corners.',
    ),
  points: z.array(pointInput).min(2).max(4).describe('x, y in pixels of the picture from its top left.'),
});
type Input = z.infer<typeof input>;
type Millimetres = readonly [x: number, y: number];

const COUNTS: Readonly<Record<Input['kind'], readonly number[]>> = {
  ruler: [2],
  angle: [3, 4],
  box: [2],
  ellipse: [2],
};

const measurePixels: Tool<Input> = {
  name: 'measure_pixels',
  description:
    'Measures on a picture or a slice of the scan: a length, an angle, or the area and grey values of a box or ' +
    'ellipse. Lengths are in mm where the size of a pixel is known, else in pixels; the result says which.',
  input,
  modes: TOOL_MODES,
  group: 'pixels',
  run: async ({ image, slice, kind, points }, context) => {
    if (!COUNTS[kind].includes(points.length))
      throw new OverreadError('bad-argument', `A ${kind} takes ${COUNTS[kind].join(' or ')} points.`);
    const view = await viewOf({ image, slice }, context);
    checkInside(points, view);
    const [dy, dx] = view.spacing ?? [1, 1];
    const place = points.map(([x, y]): Millimetres => [x * dx, y * dy]);
    const unit = view.spacing === undefined ? 'px' : 'mm';
    if (kind === 'ruler') return { of: view.of, length: shown(distance(place[0], place[1])), unit };
    if (kind === 'angle') return { of: view.of, degrees: shown(angle(place)) };
    return { of: view.of, ...area(kind, points, place, unit, view) };
  },
};

const distance = (a: Millimetres, b: Millimetres) => Math.hypot(b[0] - a[0], b[1] - a[1]);

/** At the second of three points, 0…180; between two undirected lines of four points, 0…90. */
function angle(points: readonly Millimetres[]): number {
  const lines = points.length === 4;
  const towards = (from: Millimetres, to: Millimetres): Millimetres => [to[0] - from[0], to[1] - from[1]];
  const a = lines ? towards(points[0], points[1]) : towards(points[1], points[0]);
  const b = lines ? towards(points[2], points[3]) : towards(points[1], points[2]);
  if (Math.hypot(...a) === 0 || Math.hypot(...b) === 0)
    throw new OverreadError('bad-argument', 'An angle needs points apart from one another.');
  const degrees =
    (Math.abs(Math.atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1])) * 180) / Math.PI;
  return lines ? Math.min(degrees, 180 - degrees) : degrees;
}

function area(
  kind: 'box' | 'ellipse',
  points: Input['points'],
  place: readonly Millimetres[],
  unit: string,
  view: View,
): Record<string, unknown> {
  const width = Math.abs(place[1][0] - place[0][0]);
  const height = Math.abs(place[1][1] - place[0][1]);
  const pixels = pixelsIn({ kind, corners: [points[0], points[1]] }, view);
  const statistics = sampleStatistics(Float64Array.from(pixels, (pixel) => view.values[pixel]));
  if (statistics === undefined)
    throw new OverreadError('bad-argument', `The ${kind} holds no pixel with a value: draw it larger.`);
  const { n, notFinite: _, ...values } = statistics;
  return {
    width: shown(width),
    height: shown(height),
    area: shown(width * height * (kind === 'box' ? 1 : Math.PI / 4)),
    unit,
    area_unit: `${unit}2`,
    pixels: n,
    values: { ...shownAll(values), unit: view.unit },
  };
}

export default measurePixels;

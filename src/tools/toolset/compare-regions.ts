// compare_regions: the grey values of two regions of one picture or slice, and the contrast between them.
import * as z from 'zod';
import { OverreadError } from '../../domain/errors.ts';
import { TOOL_MODES, type Tool } from '../../domain/tool.ts';
import { pixelsIn } from '../../imaging/pixel-shapes.ts';
import { contrastOf, type SampleStatistics, sampleStatistics } from '../../measure/sample-statistics.ts';
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

const region = z.strictObject({
  kind: z.enum(['box', 'ellipse']).default('box'),
  points: z.tuple([pointInput, pointInput]).describe('Two opposite corners in pixels.'),
});

const input = z.strictObject({
  image: pictureInput.optional(),
  slice: sliceInput.optional(),
  a: region.describe('The region that is asked about.'),
  b: region.describe('What it is compared with: the background.'),
});

const compareRegions: Tool<z.infer<typeof input>> = {
  name: 'compare_regions',
  description:
    'Compares two regions of one picture or slice: mean and deviation of each, their difference, ratio, Michelson ' +
    'contrast, and contrast-to-noise ratio over the second’s deviation.',
  input,
  modes: TOOL_MODES,
  group: 'pixels',
  run: async ({ image, slice, a, b }, context) => {
    const view = await viewOf({ image, slice }, context);
    checkInside([...a.points, ...b.points], view);
    const [first, second] = [statisticsOf(a, view), statisticsOf(b, view)];
    const { difference, ratio, cnr, michelson } = contrastOf(first, second);
    // A scale without a true zero has no ratios.
    const quotients: Record<string, number | null> = ['HU', 'arbitrary'].includes(view.unit)
      ? {}
      : { ratio, michelson_contrast: michelson };
    return {
      of: view.of,
      unit: view.unit,
      a: told(first),
      b: told(second),
      difference: shown(difference),
      ...shownAll({ ...quotients, cnr }),
    };
  },
};

function statisticsOf({ kind, points }: z.infer<typeof region>, view: View): SampleStatistics {
  const pixels = pixelsIn({ kind, corners: points }, view);
  const found = sampleStatistics(Float64Array.from(pixels, (pixel) => view.values[pixel]));
  if (found !== undefined) return found;
  throw new OverreadError('bad-argument', 'A region holds no pixel with a value: draw it larger.');
}

function told({ n, mean, sd, min, max }: SampleStatistics) {
  return { pixels: n, ...shownAll({ mean, sd, min, max }) };
}

export default compareRegions;

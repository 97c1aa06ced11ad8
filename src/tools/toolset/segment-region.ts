// segment_region: what the run's segmenter draws in a picture for a phrase, as numbers and an overlay.
import * as z from 'zod';
import { TOOL_MODES, type Tool } from '../../domain/tool.ts';
import { components26 } from '../../measure/components.ts';
import { boundsOf, centroidOf, runsByValue } from '../../measure/runs.ts';
import { callOf, checkMask, expertFor, signed, withMask } from '../expert-results.ts';
import { checkSize, pictureInput, pictureOf, picturesOf, shown } from '../picture-view.ts';

const input = z.strictObject({
  image: pictureInput.optional(),
  phrase: z.string().min(1).max(300).describe('What to draw, such as "optic disc" or "lesion".'),
  threshold: z
    .number()
    .min(0.01)
    .max(0.99)
    .default(0.5)
    .describe('Probability from which a pixel belongs to it.'),
});

const segmentRegion: Tool<z.infer<typeof input>> = {
  name: 'segment_region',
  description:
    'Asks the segmenter of this run to draw something in a picture; returns area, box, centre, number of pieces, how ' +
    'sure it is, and the picture with the mask on it. It may be wrong.',
  input,
  modes: TOOL_MODES,
  group: 'expert',
  needsExpert: 'segment',
  run: async ({ image, phrase, threshold }, context) => {
    const expert = expertFor('segment', context);
    const { hash, raster, stored } = await pictureOf(image, context);
    checkSize(raster);
    const mask = await expert.segmentRegion(stored, phrase, callOf(context));
    checkMask(mask, raster);
    const { width, height } = raster;
    const inside = new Uint8Array(width * height);
    let pixels = 0;
    let sum = 0;
    for (let i = 0; i < inside.length; i++)
      if (mask.probability[i] >= threshold) {
        inside[i] = 1;
        pixels++;
        sum += mask.probability[i];
      }
    const about = { of: { image: hash }, expert: signed(expert), threshold };
    const runs = runsByValue(inside, [width, height, 1]).get(1);
    const bounds = runs === undefined ? undefined : boundsOf(runs);
    if (runs === undefined || bounds === undefined) return { ...about, found: false, pixels: 0 };
    const [x, y] = centroidOf(runs);
    const [dy, dx] = raster.spacing ?? [0, 0];
    return {
      ...about,
      image: await picturesOf(context).keep(withMask(raster, inside), 'segment_region'),
      found: true,
      pixels,
      share: shown(pixels / inside.length),
      ...(raster.spacing === undefined ? {} : { area_mm2: shown(pixels * dx * dy) }),
      box: [bounds.min[0], bounds.min[1], bounds.max[0] + 1, bounds.max[1] + 1],
      centre: [shown(x + 0.5), shown(y + 0.5)],
      pieces: components26(runs).components.length,
      mean_probability: shown(sum / pixels),
    };
  },
};

export default segmentRegion;

// ground_phrase: where in a picture the run's grounding expert finds what a phrase names.
import * as z from 'zod';
import { TOOL_MODES, type Tool } from '../../domain/tool.ts';
import { drawBox, PALETTE } from '../../imaging/overlay.ts';
import { boxesWithin, callOf, expertFor, signed } from '../expert-results.ts';
import { checkSize, pictureInput, pictureOf, picturesOf, shown } from '../picture-view.ts';

const input = z.strictObject({
  image: pictureInput.optional(),
  phrase: z.string().min(1).max(300).describe('What to find, such as "left lower lobe consolidation".'),
  limit: z.int().min(1).max(20).default(5),
});

const groundPhrase: Tool<z.infer<typeof input>> = {
  name: 'ground_phrase',
  description:
    'Asks the grounding expert of this run where in a picture something is; returns boxes in pixels with scores and ' +
    'the picture with the boxes drawn. No box means that it found nothing. It may be wrong.',
  input,
  modes: TOOL_MODES,
  group: 'expert',
  needsExpert: 'ground',
  run: async ({ image, phrase, limit }, context) => {
    const expert = expertFor('ground', context);
    const { hash, raster, stored } = await pictureOf(image, context);
    checkSize(raster);
    const boxes = boxesWithin(await expert.ground(stored, phrase, callOf(context)), raster, limit);
    const told = {
      of: { image: hash },
      width: raster.width,
      height: raster.height,
      boxes: boxes.map(({ box, score, label }) => ({
        box: box.map(shown),
        score: shown(score),
        ...(label === undefined ? {} : { label: label.slice(0, 200) }),
      })),
      expert: signed(expert),
    };
    if (boxes.length === 0) return told;
    const drawn = boxes.reduce(
      (picture, { box: [left, top, right, bottom] }, order) =>
        drawBox(
          picture,
          {
            left: Math.floor(left),
            top: Math.floor(top),
            right: Math.ceil(right) - 1,
            bottom: Math.ceil(bottom) - 1,
          },
          PALETTE[order % PALETTE.length],
        ),
      raster,
    );
    return { ...told, image: await picturesOf(context).keep(drawn, 'ground_phrase') };
  },
};

export default groundPhrase;

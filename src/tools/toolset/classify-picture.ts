// classify_picture: what the run's classifier says a picture shows.
import * as z from 'zod';
import { TOOL_MODES, type Tool } from '../../domain/tool.ts';
import { callOf, checkedProbability, expertFor, signed } from '../expert-results.ts';
import { pictureInput, pictureOf, shown } from '../picture-view.ts';

const input = z.strictObject({
  image: pictureInput.optional(),
  labels: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(50)
    .optional()
    .describe('What it may be, where the expert takes any labels. Default: the expert’s own.'),
});

/** Labels in a result, the likeliest. */
const LISTED = 20;

const classifyPicture: Tool<z.infer<typeof input>> = {
  name: 'classify_picture',
  description:
    'Asks the classifier of this run what a picture shows; returns labels with probabilities. It may be wrong.',
  input,
  modes: TOOL_MODES,
  group: 'expert',
  needsExpert: 'classify',
  run: async ({ image, labels }, context) => {
    const expert = expertFor('classify', context);
    const { hash, stored } = await pictureOf(image, context);
    const found = await expert.classify(stored, labels, callOf(context));
    return {
      of: { image: hash },
      labels: found
        .map(({ label, probability }) => ({
          label: label.slice(0, 200),
          probability: shown(checkedProbability(probability)),
        }))
        .sort((a, b) => b.probability - a.probability)
        .slice(0, LISTED),
      expert: signed(expert),
    };
  },
};

export default classifyPicture;

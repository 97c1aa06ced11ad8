// How large are two organs together?
import { draftEach, positiveAnswer, sizeChoices } from '../families/measured.ts';
import { measure, segment } from '../families/steps.ts';
import { LESIONS_COUNT, the, whyNoVolume } from '../families/structures.ts';
import { questionType } from '../question-type.ts';
import { positiveOf } from '../tool-results.ts';

const PAIRS = [
  ['kidney_left', 'kidney_right'],
  ['liver', 'spleen'],
  ['liver', 'pancreas'],
  ['spleen', 'pancreas'],
] as const;

export default questionType({
  id: 'organ-aggregation',
  definition: 'Sum of the volumes of two organs or of the two kidneys, in cm³.',
  assumptions: {
    operation: {
      value: 'sum',
      why: 'The aggregate is not stated; a sum of volumes is the usual one. "mean" asks for their average.',
    },
  },
  draft: ({ set, option }) =>
    draftEach(
      PAIRS,
      ([a, b]) => whyNoVolume(set, a) ?? whyNoVolume(set, b),
      ([a, b]) => ({
        slots: { a, b, operation: String(option('operation')) },
        unit: 'cm3',
        context: LESIONS_COUNT,
      }),
      'no organ is annotated',
    ),
  plan: ({ a, b }) => [segment(a), measure(a, 'volume_cm3'), segment(b), measure(b, 'volume_cm3')],
  conclude({ operation }, [, a, , b]) {
    const sum = positiveOf(a, 'volume of the first organ') + positiveOf(b, 'volume of the second organ');
    return positiveAnswer(operation === 'mean' ? sum / 2 : sum, 'The two volumes are taken together.');
  },
  wordings: ({ a, b, operation }) =>
    operation === 'mean'
      ? [
          `What is the average volume of ${the(a)} and ${the(b)}, in cm³?`,
          `Taking ${the(a)} and ${the(b)}, how large is one of them on average, in cm³?`,
          `Average the volumes of ${the(a)} and ${the(b)}: how many cm³?`,
        ]
      : [
          `What is the combined volume of ${the(a)} and ${the(b)}, in cm³?`,
          `Add the volumes of ${the(a)} and ${the(b)}: how many cm³ is that?`,
          `How many cubic centimetres do ${the(a)} and ${the(b)} take up together?`,
        ],
  choices: ({ operation }) => sizeChoices(operation === 'mean' ? undefined : 'voxels'),
});

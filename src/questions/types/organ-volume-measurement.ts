// How large is an organ?
import { draftEach, positiveAnswer, sizeChoices } from '../families/measured.ts';
import { measure, segment } from '../families/steps.ts';
import { LESIONS_COUNT, the, whyNoVolume } from '../families/structures.ts';
import { ORGANS } from '../families/targets.ts';
import { questionType } from '../question-type.ts';
import { positiveOf } from '../tool-results.ts';

export default questionType({
  id: 'organ-volume-measurement',
  definition: 'Volume of the liver, spleen, pancreas, one kidney or both kidneys, lesions included, in cm³.',
  draft: ({ set }) =>
    draftEach(
      ORGANS,
      (target) => whyNoVolume(set, target),
      (target) => ({ slots: { target }, unit: 'cm3', context: LESIONS_COUNT }),
      'no organ is annotated',
    ),
  plan: ({ target }) => [segment(target), measure(target, 'volume_cm3')],
  conclude: (_, [, volume]) => positiveAnswer(positiveOf(volume, 'organ volume')),
  wordings: ({ target }) => [
    `What is the volume of ${the(target)} in cm³?`,
    `How many cubic centimetres do${target === 'kidney' ? '' : 'es'} ${the(target)} take up?`,
    `Measure ${the(target)} as a whole: how large is the volume, in cm³?`,
  ],
  choices: () => sizeChoices('voxels'),
});

// How bright is an organ?
import { attenuationChoices, draftEach, numberAnswer } from '../families/measured.ts';
import { measure, segment } from '../families/steps.ts';
import { the, whyNoAttenuation } from '../families/structures.ts';
import { ORGANS } from '../families/targets.ts';
import { questionType } from '../question-type.ts';
import { numberOf } from '../tool-results.ts';

export default questionType({
  id: 'organ-hu-measurement',
  definition: 'Mean attenuation of an organ without its lesions, in HU to one digit.',
  draft: ({ set }) =>
    draftEach(
      ORGANS,
      (target) => whyNoAttenuation(set, target),
      (target) => ({ slots: { target }, unit: "[hnsf'U]", context: 'Lesions are left out of the mean.' }),
      'no organ is annotated',
    ),
  plan: ({ target }) => [segment(target), measure(target, 'mean_hu')],
  conclude: (_, [, mean]) => numberAnswer(numberOf(mean, 'mean attenuation'), 1),
  wordings: ({ target }) => [
    `What is the mean attenuation of ${the(target)}, in HU?`,
    `Averaged over the tissue, how many Hounsfield units has ${the(target)}?`.replace(
      'has both',
      'have both',
    ),
    `Give the average CT number of ${the(target)} in HU.`,
  ],
  choices: () => attenuationChoices(10),
});

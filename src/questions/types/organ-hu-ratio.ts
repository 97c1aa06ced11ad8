// How bright is the liver or pancreas against the spleen?
import { draftEach, numberAnswer } from '../families/measured.ts';
import { measure, segment } from '../families/steps.ts';
import { the, whyNoAttenuation } from '../families/structures.ts';
import { questionType } from '../question-type.ts';
import { numberOf, positiveOf, Unanswerable } from '../tool-results.ts';

export default questionType({
  id: 'organ-hu-ratio',
  definition: 'Mean attenuation of the liver or the pancreas divided by that of the spleen, to three digits.',
  draft: ({ set }) =>
    draftEach(
      ['liver', 'pancreas'],
      (target) => whyNoAttenuation(set, target) ?? whyNoAttenuation(set, 'spleen'),
      (target) => ({
        slots: { target, reference: 'spleen' },
        unit: '1',
        context: 'Lesions are left out of the means.',
      }),
      'no organ is annotated',
    ),
  plan: ({ target, reference }) => [
    segment(target),
    measure(target, 'mean_hu'),
    segment(reference),
    measure(reference, 'mean_hu'),
  ],
  conclude(_, [, organ, , reference]) {
    const ratio =
      numberOf(organ, 'mean attenuation') / positiveOf(reference, 'mean attenuation of the spleen');
    if (ratio <= 0) throw new Unanswerable('the ratio of attenuations is not positive');
    return numberAnswer(ratio, 3, 'One mean is divided by the other.');
  },
  wordings: ({ target, reference }) => [
    `What is the ratio of the mean attenuation of ${the(target)} to that of ${the(reference)}?`,
    `Divide the mean HU of ${the(target)} by the mean HU of ${the(reference)}: what do you get?`,
    `Relative to ${the(reference)} (= 1), how bright is ${the(target)} on average?`,
  ],
  choices: () => ({ kind: 'numeric', decimals: 3, scale: 'ratio', minimum: 0.001 }),
});

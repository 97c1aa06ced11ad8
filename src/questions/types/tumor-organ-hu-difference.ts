// By how much does the largest lesion differ from its organ in brightness?
import { draftLesions, fewerThan, firstOf, withoutAttenuation } from '../families/lesions.ts';
import { attenuationChoices, numberAnswer } from '../families/measured.ts';
import { measure, segment } from '../families/steps.ts';
import { lesionName, organOf, the } from '../families/structures.ts';
import { LESIONS } from '../families/targets.ts';
import { questionType } from '../question-type.ts';
import { numberOf } from '../tool-results.ts';

export default questionType({
  id: 'tumor-organ-hu-difference',
  definition: 'Mean attenuation of the largest lesion minus that of its organ without lesions, in HU.',
  assumptions: {
    sign: {
      value: 'lesion-minus-organ',
      why: 'The sign is not stated. "lesion-minus-organ" is negative for a lesion darker than its organ; "absolute" drops the sign.',
    },
    lesion: {
      value: 'largest',
      why: 'Which lesion is meant where there are several is not stated; the largest by volume is asked about by name.',
    },
  },
  draft: ({ set, option }) =>
    draftLesions(set, LESIONS, firstOf(fewerThan(set, 1), withoutAttenuation(set)), (target) => ({
      slots: { target, organ: organOf(target), sign: String(option('sign')) },
      unit: "[hnsf'U]",
      context:
        option('sign') === 'absolute'
          ? 'The size of the difference is wanted, without its sign.'
          : 'Lesion minus organ: negative when the lesion is darker. Lesions are left out of the mean of the organ.',
    })),
  plan: ({ target, organ }) => [
    segment(target),
    measure(target, 'largest_lesion_mean_hu'),
    segment(organ),
    measure(organ, 'mean_hu'),
  ],
  conclude({ sign }, [, lesion, , organ]) {
    const difference = numberOf(lesion, 'mean of the largest lesion') - numberOf(organ, 'mean of the organ');
    return numberAnswer(
      sign === 'absolute' ? Math.abs(difference) : difference,
      1,
      'One mean is taken from the other.',
    );
  },
  wordings: ({ target, organ }) => [
    `By how many HU does the largest ${lesionName(target)} differ from ${the(organ)}?`,
    `What is the difference in mean attenuation between the largest ${lesionName(target)} and ${the(organ)}, in HU?`,
    `Take the mean HU of ${the(organ)} from that of the largest ${lesionName(target)}: what remains?`,
  ],
  choices: ({ sign }) => attenuationChoices(10, sign === 'absolute' ? { minimum: 0 } : {}),
});

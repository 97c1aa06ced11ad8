// Is the largest lesion brighter or darker than its organ?
import { draftLesions, fewerThan, firstOf, withoutAttenuation } from '../families/lesions.ts';
import { measure, segment } from '../families/steps.ts';
import { lesionName, organOf, the } from '../families/structures.ts';
import { LESIONS } from '../families/targets.ts';
import { questionType } from '../question-type.ts';
import { fieldOf, numberOf } from '../tool-results.ts';

/** Hyper-, hypo- and isoattenuating, of equal length, so that length tells nothing. */
const TEXTS = ['More attenuating', 'Less attenuating', 'Same attenuation'] as const;

export default questionType({
  id: 'largest-lesion-attenuation',
  definition:
    'Mean of the largest lesion against the mean of its organ without lesions: hyper-, iso- or hypoattenuating.',
  assumptions: {
    'iso-sd-ratio': {
      value: 0.1,
      why: 'Isoattenuating means within a tenth of the standard deviation of the organ, as upstream; the released text says "similar".',
    },
  },
  draft: ({ set, option }) =>
    draftLesions(set, LESIONS, firstOf(fewerThan(set, 1), withoutAttenuation(set)), (target) => ({
      slots: { target, organ: organOf(target), iso_sd_ratio: String(option('iso-sd-ratio')) },
      context: `More is also called hyper-, less hypo-, same isoattenuating; same: the means are closer than ${option('iso-sd-ratio')} standard deviations of the organ.`,
    })),
  plan: ({ target, organ }) => [
    segment(target),
    measure(target, 'largest_lesion_mean_hu'),
    segment(organ),
    measure(organ, 'mean_hu'),
  ],
  conclude(slots, [, lesion, , organ]) {
    const difference = numberOf(lesion, 'mean of the largest lesion') - numberOf(organ, 'mean of the organ');
    const tolerance = Number(slots.iso_sd_ratio) * fieldOf(organ, 'std', 'standard deviation of the organ');
    const iso = Math.abs(difference) < tolerance || difference === 0;
    return {
      answer: iso ? TEXTS[2] : difference < 0 ? TEXTS[1] : TEXTS[0],
      derivation: 'The two means are compared, with the spread of the organ as measure.',
    };
  },
  wordings: ({ target, organ }) => [
    `Compared with ${the(organ)}, how does the largest ${lesionName(target)} attenuate?`,
    `Is the largest ${lesionName(target)} brighter than, darker than or like the rest of ${the(organ)}?`,
    `Which attenuation class has the largest ${lesionName(target)} relative to ${the(organ)}?`,
  ],
  choices: () => ({ kind: 'closed', texts: TEXTS }),
});

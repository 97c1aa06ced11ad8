// What does the attenuation of the largest kidney lesion say about it?
import { fewerThan } from '../families/lesions.ts';
import { lookUp, measure, segment } from '../families/steps.ts';
import { annotated, REASONS, skip, unenhancedOnly, whyNoAttenuation } from '../families/structures.ts';
import { questionType } from '../question-type.ts';
import { criterionIn, numberOf } from '../tool-results.ts';

const ID = 'renal-mass';
const CLASSES = [
  'Simple cyst',
  'Indeterminate mass',
  'Hyperattenuating cyst',
  'Fat-containing mass',
] as const;

export default questionType({
  id: 'renal-mass-characterization',
  definition: 'Class of the largest kidney lesion by mean attenuation on unenhanced CT.',
  assumptions: {
    'below-simple': {
      value: 'fat-containing',
      why: 'Below the range of a simple cyst the criterion is silent; such values mean fat.',
    },
    enhancement: {
      value: 'not-considered',
      why: 'Renal cell carcinoma is told by enhancement, which one scan does not show; the class is not used.',
    },
  },
  draft(facts) {
    const { set } = facts;
    if (!annotated(set, 'kidney_lesion')) return skip(REASONS.notAnnotated('kidney_lesion'));
    const why = fewerThan(set, 1)('kidney_lesion') ?? whyNoAttenuation(set, 'kidney_lesion');
    if (why !== undefined) return skip(why);
    const phase = unenhancedOnly(facts, 'renal-mass-rule-on-enhanced-ct');
    if ('skipped' in phase) return phase;
    return [
      {
        slots: { target: 'kidney_lesion' },
        flags: phase.flags,
      },
    ];
  },
  plan: ({ target }) => [lookUp(ID), segment(target), measure(target, 'largest_lesion_mean_hu')],
  conclude(_, [found, , mean]) {
    const rule = criterionIn(found, ID);
    const hu = numberOf(mean, 'mean of the largest lesion');
    const index = !rule.met('simple_low_hu', hu)
      ? 3
      : rule.met('simple_high_hu', hu)
        ? 0
        : rule.met('indeterminate_high_hu', hu)
          ? 1
          : 2;
    return { answer: CLASSES[index], derivation: 'The mean is held against the ranges of the classes.' };
  },
  wordings: () => [
    'By its mean attenuation, what is the largest kidney lesion?',
    'Characterize the largest renal mass from its attenuation.',
    'Which class does the attenuation of the largest lesion of the kidneys suggest?',
  ],
  choices: () => ({ kind: 'closed', texts: CLASSES }),
});

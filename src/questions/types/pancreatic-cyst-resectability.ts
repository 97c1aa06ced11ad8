// Should the largest pancreatic cyst be resected?
import { YES_NO, yesNo } from '../families/existence.ts';
import { fewerThan } from '../families/lesions.ts';
import { lookUp, measure, segment } from '../families/steps.ts';
import { annotated, REASONS, skip } from '../families/structures.ts';
import { questionType } from '../question-type.ts';
import { criterionIn, positiveOf } from '../tool-results.ts';

const ID = 'pancreatic-cyst-resection';

export default questionType({
  id: 'pancreatic-cyst-resectability',
  definition: 'Whether the size of the largest pancreatic cyst is a reason to resect it.',
  assumptions: {
    cyst: {
      value: 'largest',
      why: 'Of several cysts the largest by volume decides, as in the published question.',
    },
  },
  draft({ set }) {
    if (!annotated(set, 'pancreas_cyst')) return skip(REASONS.notAnnotated('pancreas_cyst'));
    const why = fewerThan(set, 1)('pancreas_cyst');
    return why === undefined
      ? [
          {
            slots: { target: 'pancreas_cyst' },
            context:
              'Only its size is considered: one at which the criteria speak of surgery counts as a reason.',
          },
        ]
      : skip(why);
  },
  plan: ({ target }) => [
    lookUp(ID),
    segment(target),
    measure(target, 'largest_lesion_volume_cm3'),
    measure(target, 'largest_lesion_diameter_cm'),
  ],
  conclude(_, [found, , volume, diameter]) {
    const rule = criterionIn(found, ID);
    const cm3 = positiveOf(volume, 'volume of the cyst');
    const cm = positiveOf(diameter, 'diameter of the cyst');
    const large =
      (rule.has('volume_cm3') && rule.met('volume_cm3', cm3)) ||
      (rule.has('diameter_cm') && rule.met('diameter_cm', cm));
    return { answer: yesNo(large), derivation: 'The size of the cyst is held against the limits.' };
  },
  wordings: () => [
    'Judged by its size, should the largest pancreatic cyst be resected?',
    'Is the largest cyst of the pancreas large enough to advise surgery?',
    'Does the size of the largest pancreatic cyst call for its removal?',
  ],
  choices: () => ({ kind: 'closed', texts: YES_NO }),
});

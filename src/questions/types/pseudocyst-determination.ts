// Is the pancreatic cyst a pseudocyst?
import { YES_NO, yesNo } from '../families/existence.ts';
import { fewerThan } from '../families/lesions.ts';
import { lookUp, measure, segment } from '../families/steps.ts';
import { annotated, REASONS, skip, whyNoAttenuation } from '../families/structures.ts';
import { questionType } from '../question-type.ts';
import { criterionIn, numberOf } from '../tool-results.ts';

export default questionType({
  id: 'pseudocyst-determination',
  definition: 'Whether the mean attenuation of the largest pancreatic cyst speaks for a pseudocyst.',
  assumptions: {
    cyst: { value: 'largest', why: 'Of several cysts the largest by volume is asked about.' },
  },
  draft({ set }) {
    if (!annotated(set, 'pancreas_cyst')) return skip(REASONS.notAnnotated('pancreas_cyst'));
    const why = fewerThan(set, 1)('pancreas_cyst') ?? whyNoAttenuation(set, 'pancreas_cyst');
    return why === undefined ? [{ slots: { target: 'pancreas_cyst' } }] : skip(why);
  },
  plan: ({ target }) => [lookUp('pseudocyst'), segment(target), measure(target, 'largest_lesion_mean_hu')],
  conclude: (_, [found, , mean]) => ({
    answer: yesNo(criterionIn(found, 'pseudocyst').met('above_hu', numberOf(mean, 'mean of the cyst'))),
    derivation: 'The mean of the cyst is held against the limit.',
  }),
  wordings: () => [
    'By its attenuation, is the largest pancreatic cyst a pseudocyst?',
    'Does the attenuation of the largest cyst of the pancreas speak for a pseudocyst?',
    'Pseudocyst rather than mucinous cyst: does the mean HU of the largest pancreatic cyst say so?',
  ],
  choices: () => ({ kind: 'closed', texts: YES_NO }),
});

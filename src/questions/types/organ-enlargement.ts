// Is an organ larger than its upper limit of normal?
import { criterionOf } from '../../knowledge/criteria.ts';
import { YES_NO, yesNo } from '../families/existence.ts';
import { draftEach } from '../families/measured.ts';
import { measure, segment } from '../families/steps.ts';
import { LESIONS_COUNT, the, whyNoVolume } from '../families/structures.ts';
import { questionType } from '../question-type.ts';
import { positiveOf } from '../tool-results.ts';

const LIMITS: Readonly<Record<string, string>> = {
  liver: 'normal-liver-volume',
  spleen: 'normal-spleen-volume',
  pancreas: 'normal-pancreas-volume',
  kidney_left: 'normal-kidney-volume',
  kidney_right: 'normal-kidney-volume',
};

export default questionType({
  id: 'organ-enlargement',
  definition: 'Whether an organ exceeds the upper limit of normal volume that the criteria set gives.',
  assumptions: {
    'limit-in-question': {
      value: true,
      why: 'The published chain has no look-up step, so the limit must be told for the question to have one answer.',
    },
  },
  draft: ({ set, criteria }) =>
    draftEach(
      Object.keys(LIMITS),
      (organ) =>
        whyNoVolume(set, organ) ??
        (criterionOf(criteria, LIMITS[organ])?.thresholds.upper_cm3 === undefined
          ? 'the criteria set has no upper limit for the organ'
          : undefined),
      (organ) => {
        const limit = String(criterionOf(criteria, LIMITS[organ])?.thresholds.upper_cm3);
        return {
          slots: { target: organ, limit_cm3: limit },
          context: `Upper limit of normal: ${limit} cm³. ${LESIONS_COUNT}`,
        };
      },
      'no organ is annotated',
    ),
  plan: ({ target }) => [segment(target), measure(target, 'volume_cm3')],
  conclude: ({ limit_cm3 }, [, volume]) => ({
    answer: yesNo(positiveOf(volume, 'organ volume') > Number(limit_cm3)),
    derivation: 'The volume is held against the stated limit.',
  }),
  wordings: ({ target }) => [
    `Is ${the(target)} enlarged?`,
    `Does the volume of ${the(target)} exceed the limit of normal?`,
    `Judged by volume, is ${the(target)} larger than normal?`,
  ],
  choices: () => ({ kind: 'closed', texts: YES_NO }),
});

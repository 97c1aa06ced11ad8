// Does one kidney carry clearly more lesion than the other?
import { criterionOf } from '../../knowledge/criteria.ts';
import { measure, segment } from '../families/steps.ts';
import { annotated, present, REASONS, skip } from '../families/structures.ts';
import { questionType } from '../question-type.ts';
import { numberOf } from '../tool-results.ts';

/** Of equal length, so that length tells nothing. */
const TEXTS = ['Left more than right', 'Right more than left', 'Left and right alike'] as const;

export default questionType({
  id: 'bilateral-kidney-asymmetry',
  definition:
    'Which kidney carries substantially more lesion, by summed lesion volume, or whether both are alike.',
  assumptions: {
    'factor-ratio': {
      value: 2,
      why: 'The knowledge base says "substantially more" without a number: here at least twice as much.',
    },
    burden: {
      value: 'volume',
      why: 'The knowledge base allows volume or count; volume does not depend on how lesions are split.',
    },
  },
  draft({ set, option, criteria }) {
    if (!annotated(set, 'kidney_lesion')) return skip(REASONS.notAnnotated('kidney_lesion'));
    for (const side of ['kidney_left', 'kidney_right'])
      if (!present(set, side))
        return skip(annotated(set, side) ? REASONS.absent(side) : REASONS.notAnnotated(side));
    const own = Number(option('factor-ratio'));
    const factor =
      own !== 2 ? own : (criterionOf(criteria, 'kidney-asymmetry')?.thresholds.factor_ratio ?? own);
    return [
      {
        slots: { a: 'kidney_left', b: 'kidney_right', factor: String(factor) },
        context: `A side has more when its lesions have at least ${factor} times the volume of those of the other side; kidneys without lesions are alike.`,
      },
    ];
  },
  plan: ({ a, b }) => [
    segment(a),
    measure(a, 'total_lesion_volume_cm3'),
    segment(b),
    measure(b, 'total_lesion_volume_cm3'),
    segment('kidney_lesion'),
  ],
  conclude({ factor }, [, a, , b]) {
    const left = numberOf(a, 'lesion volume of the left kidney');
    const right = numberOf(b, 'lesion volume of the right kidney');
    const more = Math.max(left, right) >= Number(factor) * Math.min(left, right) * (1 - 1e-12);
    return {
      answer: more && left !== right ? (left > right ? TEXTS[0] : TEXTS[1]) : TEXTS[2],
      derivation: 'The lesion volumes of the two sides are compared under the stated factor.',
    };
  },
  wordings: () => [
    'Does one kidney carry substantially more lesion than the other, and which?',
    'How is the burden of lesions shared between the two kidneys?',
    'Do lesions weigh clearly more on one kidney than on the other?',
  ],
  choices: () => ({ kind: 'closed', texts: TEXTS }),
});

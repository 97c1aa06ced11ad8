// Which kidney is larger?
import { measure, segment } from '../families/steps.ts';
import { LESIONS_COUNT, skip, whyNoVolume } from '../families/structures.ts';
import { questionType } from '../question-type.ts';
import { positiveOf } from '../tool-results.ts';

/** Of equal length, so that length tells nothing. */
const TEXTS = ['Left larger than right', 'Right larger than left', 'Left the same as right'] as const;

export default questionType({
  id: 'kidney-volume-comparison',
  definition:
    'Which kidney has the larger volume, lesions included, or whether they are the same within a tolerance.',
  assumptions: {
    'tie-percent': {
      value: 5,
      why: 'The tolerance for "the same" is not stated; 5 % of the larger kidney is about the error of a careful outline.',
    },
  },
  draft({ set, option }) {
    const why = whyNoVolume(set, 'kidney_left') ?? whyNoVolume(set, 'kidney_right');
    if (why !== undefined) return skip(why);
    const tie = String(option('tie-percent'));
    return [
      {
        slots: { a: 'kidney_left', b: 'kidney_right', tie_percent: tie },
        context: `${LESIONS_COUNT} Volumes that differ by at most ${tie} % of the larger one count as the same.`,
      },
    ];
  },
  plan: ({ a, b }) => [segment(a), measure(a, 'volume_cm3'), segment(b), measure(b, 'volume_cm3')],
  conclude({ tie_percent }, [, a, , b]) {
    const left = positiveOf(a, 'volume of the left kidney');
    const right = positiveOf(b, 'volume of the right kidney');
    const tie = Math.abs(left - right) * 100 <= Number(tie_percent) * Math.max(left, right) * (1 + 1e-12);
    return {
      answer: tie ? TEXTS[2] : left > right ? TEXTS[0] : TEXTS[1],
      derivation: 'The two volumes are compared under the stated tolerance.',
    };
  },
  wordings: () => [
    'Which kidney is larger by volume?',
    'How do the volumes of the two kidneys compare?',
    'Left or right: is one kidney bigger than the other?',
  ],
  choices: () => ({ kind: 'closed', texts: TEXTS }),
});

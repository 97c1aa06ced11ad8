// Is the spleen larger than its upper limit of normal?
import { YES_NO, yesNo } from '../families/existence.ts';
import { lookUp, measure, segment } from '../families/steps.ts';
import { skip, whyNoVolume } from '../families/structures.ts';
import { questionType } from '../question-type.ts';
import { criterionIn, numberOf } from '../tool-results.ts';

export default questionType({
  id: 'splenomegaly-detection',
  definition: 'Whether the volume of the spleen exceeds the upper limit that the criteria set gives.',
  draft: ({ set }) => {
    const why = whyNoVolume(set, 'spleen');
    return why === undefined ? [{ slots: { target: 'spleen' } }] : skip(why);
  },
  plan: () => [segment('spleen'), measure('spleen', 'volume_cm3'), lookUp('splenomegaly-detection')],
  conclude: (_, [, volume, found]) => ({
    answer: yesNo(
      criterionIn(found, 'splenomegaly-detection').met('upper_cm3', numberOf(volume, 'spleen volume')),
    ),
    derivation: 'The volume of the spleen is held against the upper limit of normal.',
  }),
  wordings: () => [
    'Judged by its volume, is the spleen enlarged?',
    'Does this patient have splenomegaly?',
    'Does the spleen exceed the normal limit of volume on this scan?',
  ],
  choices: () => ({ kind: 'closed', texts: YES_NO }),
});

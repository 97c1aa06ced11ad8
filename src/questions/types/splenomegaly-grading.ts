// How enlarged is the spleen?
import { lookUp, measure, segment } from '../families/steps.ts';
import { skip, whyNoVolume } from '../families/structures.ts';
import { questionType } from '../question-type.ts';
import { criterionIn, positiveOf } from '../tool-results.ts';

const GRADES = ['Normal', 'Mild', 'Moderate', 'Severe'] as const;

export default questionType({
  id: 'splenomegaly-grading',
  definition: 'Grade of splenomegaly by the volume of the spleen: normal, mild, moderate or severe.',
  draft: ({ set }) => {
    const why = whyNoVolume(set, 'spleen');
    return why === undefined ? [{ slots: { target: 'spleen' } }] : skip(why);
  },
  plan: () => [lookUp('splenomegaly-grading'), segment('spleen'), measure('spleen', 'volume_cm3')],
  conclude(_, [found, , volume]) {
    const rule = criterionIn(found, 'splenomegaly-grading');
    const cm3 = positiveOf(volume, 'spleen volume');
    const grade = ['severe_cm3', 'moderate_cm3', 'mild_cm3'].findIndex((name) => rule.met(name, cm3));
    return {
      answer: grade < 0 ? GRADES[0] : GRADES[3 - grade],
      derivation: 'The volume of the spleen is held against the limits of the grades.',
    };
  },
  wordings: () => [
    'By its volume, which grade of splenomegaly does the spleen have?',
    'Grade the enlargement of the spleen from its volume.',
    'How severe is the enlargement of the spleen, judged by volume?',
  ],
  choices: () => ({ kind: 'closed', texts: GRADES }),
});

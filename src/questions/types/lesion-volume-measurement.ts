// How much lesion is there in an organ altogether?
import { draftEach, positiveAnswer, sizeChoices } from '../families/measured.ts';
import { measure, segment } from '../families/steps.ts';
import { annotated, lesionCount, lesionName, REASONS, whole } from '../families/structures.ts';
import { LESIONS } from '../families/targets.ts';
import { questionType } from '../question-type.ts';
import { positiveOf } from '../tool-results.ts';

export default questionType({
  id: 'lesion-volume-measurement',
  definition: 'Summed volume of all counted lesions of a kind in an organ, in cm³.',
  draft: ({ set, rules }) =>
    draftEach(
      LESIONS.filter((target) => annotated(set, target)),
      (target) => {
        if (lesionCount(set, target) === 0) return REASONS.noLesion;
        return rules === 'strict' && !whole(set, target) ? REASONS.cut(target) : undefined;
      },
      (target) => ({ slots: { target }, unit: 'cm3' }),
      'no lesion kind is annotated',
    ),
  plan: ({ target }) => [segment(target), measure(target, 'total_lesion_volume_cm3')],
  conclude: (_, [, volume]) => positiveAnswer(positiveOf(volume, 'lesion volume')),
  wordings: ({ target }) => [
    `Taken together, how large are the ${lesionName(target)}s, in cm³?`,
    `What is the total ${lesionName(target)} volume in cm³?`,
    `Add up every ${lesionName(target)}: how many cubic centimetres is that?`,
  ],
  choices: () => sizeChoices('voxels'),
});

// How many lesions are there in one part of an organ?
import { structureName } from '../../domain/structures.ts';
import { countAnswer, countChoices, SPECKS } from '../families/counts.ts';
import { fewerThan, firstOf, withoutParts } from '../families/lesions.ts';
import { measure, segment } from '../families/steps.ts';
import { firstReason, lesionsIn, organOf, partsOf } from '../families/structures.ts';
import { solidOrganLesions } from '../families/targets.ts';
import { questionType } from '../question-type.ts';
import { numberOf } from '../tool-results.ts';

export default questionType({
  id: 'lesion-count-by-location',
  definition: 'Number of lesions in a named liver segment, part of the pancreas, or kidney.',
  assumptions: {
    assignment: {
      value: 'main-part',
      why: 'A lesion across a border could count in each part or in one; it counts in the part that holds most of it.',
    },
    'ask-zero': {
      value: true,
      why: 'Parts without a lesion are asked about too, in organs that have one; otherwise the option 0 would never be right.',
    },
  },
  draft({ set, option }) {
    const why = firstOf(fewerThan(set, 1), withoutParts(set));
    const targets = solidOrganLesions(set);
    const good = targets.filter((target) => why(target) === undefined);
    if (good.length === 0) return firstReason(targets.map(why), 'no lesion kind is annotated');
    return good.flatMap((target) =>
      partsOf(set, organOf(target))
        .filter((part) => option('ask-zero') === true || lesionsIn(set, target, part) > 0)
        .map((part) => ({
          slots: { target, part },
          unit: '1',
          context: `A lesion that crosses a border counts where most of it lies. ${SPECKS}`,
        })),
    );
  },
  plan: ({ part }) => [segment(part), measure(part, 'lesion_count')],
  conclude: (_, [, count]) => countAnswer(numberOf(count, 'number of lesions')),
  wordings: ({ part }) => {
    const where = structureName(part).startsWith('liver segment')
      ? structureName(part)
      : `the ${structureName(part)}`;
    return [
      `How many lesions lie in ${where}?`,
      `Looking at ${where} alone, what is the number of lesions?`,
      `Counting only lesions within ${where}, how many do you see?`,
    ];
  },
  choices: countChoices,
});

// How many lesions are there?
import { countAnswer, countChoices, SPECKS } from '../families/counts.ts';
import { draftLesions, fewerThan } from '../families/lesions.ts';
import { measure, segment } from '../families/steps.ts';
import { lesionName, organOf, the } from '../families/structures.ts';
import { LESIONS } from '../families/targets.ts';
import { questionType } from '../question-type.ts';
import { numberOf } from '../tool-results.ts';

export default questionType({
  id: 'lesion-counting',
  definition: 'Number of counted lesions of a kind in an organ.',
  assumptions: {
    'ask-zero': {
      value: true,
      why: 'Whether organs without a lesion are asked about is not stated. Were they never asked, the option 0 would give itself away as wrong.',
    },
  },
  draft: ({ set, option }) =>
    draftLesions(set, LESIONS, fewerThan(set, option('ask-zero') === true ? 0 : 1), (target) => ({
      slots: { target },
      unit: '1',
      context: SPECKS,
    })),
  plan: ({ target }) => [segment(target), measure(target, 'lesion_count')],
  conclude: (_, [, count]) => countAnswer(numberOf(count, 'number of lesions')),
  wordings: ({ target }) => [
    `How many separate ${lesionName(target)}s are there?`,
    `Count the ${lesionName(target)}s on this scan: how many do you find?`,
    `What is the number of distinct ${lesionName(target)}s in ${the(organOf(target))}?`,
  ],
  choices: countChoices,
});

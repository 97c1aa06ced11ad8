// At which height of the scan is the largest lesion?
import { draftLesions, fewerThan } from '../families/lesions.ts';
import { numberAnswer } from '../families/measured.ts';
import { measure, segment } from '../families/steps.ts';
import { lesionName } from '../families/structures.ts';
import { LESIONS } from '../families/targets.ts';
import { questionType } from '../question-type.ts';
import { numberOf } from '../tool-results.ts';

export default questionType({
  id: 'largest-lesion-slice',
  definition:
    'Height of the axial slice in which the largest lesion has its longest diameter, in percent of the scan.',
  assumptions: {
    convention: {
      value: 'percent-from-feet',
      why: 'The release does not say how a slice is named; percent does not depend on the number of slices. 0 % is the end towards the feet.',
    },
  },
  draft: ({ set }) =>
    draftLesions(set, LESIONS, fewerThan(set, 1), (target) => ({
      slots: { target },
      unit: '%',
      context: 'In percent of the slices: 0 is the end towards the feet, 100 the end towards the head.',
    })),
  plan: ({ target }) => [segment(target), measure(target, 'largest_lesion_slice')],
  conclude: (_, [, slice]) => numberAnswer(numberOf(slice, 'height of the largest lesion'), 1),
  wordings: ({ target }) => [
    `At what height of the scan is the largest ${lesionName(target)} widest?`,
    `Where along the slices does the largest ${lesionName(target)} have its longest axial diameter?`,
    `Scrolling from feet to head, after which share of the slices do you meet the largest ${lesionName(target)} at its widest?`,
  ],
  choices: () => ({
    kind: 'numeric',
    decimals: 1,
    scale: 'interval',
    gap: [5, 11],
    minimum: 0,
    maximum: 100,
    lattice: 'slices',
  }),
});

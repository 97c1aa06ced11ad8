// How wide is the largest lesion?
import { draftLesions, fewerThan } from '../families/lesions.ts';
import { positiveAnswer, sizeChoices } from '../families/measured.ts';
import { measure, segment } from '../families/steps.ts';
import { lesionName, organOf, the } from '../families/structures.ts';
import { LESIONS } from '../families/targets.ts';
import { questionType } from '../question-type.ts';
import { noted, positiveOf } from '../tool-results.ts';

export default questionType({
  id: 'largest-lesion-diameter',
  definition: 'Longest axial diameter of the lesion that is largest by volume, in cm.',
  assumptions: {
    largest: {
      value: 'volume',
      why: 'The largest lesion is the largest by volume, as upstream; its diameter need not be the longest of all.',
    },
  },
  draft: ({ set }) =>
    draftLesions(set, LESIONS, fewerThan(set, 1), (target) => ({
      slots: { target },
      unit: 'cm',
      context: 'Largest means largest by volume; its longest diameter within one axial slice is wanted.',
    })),
  plan: ({ target }) => [segment(target), measure(target, 'largest_lesion_diameter_cm')],
  conclude: (_, [, diameter]) => ({
    ...positiveAnswer(positiveOf(diameter, 'diameter of the largest lesion')),
    // Oblique slices have no axial diameter: the one in space stands in, and the key says so.
    ...(noted(diameter, 'oblique') ? { flags: ['oblique-3d-diameter'] } : {}),
  }),
  wordings: ({ target }) => [
    `What is the longest axial diameter of the largest ${lesionName(target)}, in cm?`,
    `How many centimetres does the largest ${lesionName(target)} measure across?`,
    `Put a ruler on the largest lesion (${lesionName(target)}) in ${the(organOf(target))}: how long is it in cm?`,
  ],
  choices: () => sizeChoices('in-plane'),
});

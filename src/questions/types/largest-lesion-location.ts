// In which part of its organ is the largest lesion?
import { partStructures, structureName } from '../../domain/structures.ts';
import { draftLesions, fewerThan, firstOf, withoutParts } from '../families/lesions.ts';
import { measure, segment } from '../families/steps.ts';
import { lesionName, organOf, sentence, the } from '../families/structures.ts';
import { solidOrganLesions } from '../families/targets.ts';
import { questionType } from '../question-type.ts';
import { textOf } from '../tool-results.ts';

const partName = (part: string) => sentence(structureName(part));

export default questionType({
  id: 'largest-lesion-location',
  definition: 'Liver segment, part of the pancreas, or kidney that holds most of the largest lesion.',
  assumptions: {
    several: {
      value: 'main-part',
      why: 'Upstream joins all parts that hold over a tenth of the lesion ("5/6"); we ask for the one that holds most, so that exactly one answer is right.',
    },
  },
  draft: ({ set }) =>
    draftLesions(set, solidOrganLesions(set), firstOf(fewerThan(set, 1), withoutParts(set)), (target) => ({
      slots: { target },
      context: 'Name the part that holds most of it.',
    })),
  plan: ({ target }) => [segment(target), measure(target, 'largest_lesion_location')],
  conclude: (_, [, location]) => ({ answer: partName(textOf(location, 'location of the largest lesion')) }),
  wordings: ({ target }) => [
    organOf(target) === 'kidney'
      ? `In which kidney does the largest ${lesionName(target)} lie?`
      : `In which part of ${the(organOf(target))} does the largest ${lesionName(target)} lie?`,
    `Where in ${the(organOf(target))} is the largest ${lesionName(target)}?`,
    `Give the location of the largest ${lesionName(target)}.`,
  ],
  choices({ target }) {
    const pool = partStructures(organOf(target)).map(partName);
    return pool.length <= 4 ? { kind: 'closed', texts: pool } : { kind: 'drawn', pool, count: 4 };
  },
});

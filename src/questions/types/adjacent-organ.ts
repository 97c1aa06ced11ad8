// Which structure does the largest lesion of an organ touch?
import { regionOf } from '../../domain/measurement.ts';
import { structureName } from '../../domain/structures.ts';
import { draftLesions, fewerThan, firstOf } from '../families/lesions.ts';
import { measure, segment } from '../families/steps.ts';
import { annotated, lesionName, organOf, sentence } from '../families/structures.ts';
import { organLesions } from '../families/targets.ts';
import { questionType } from '../question-type.ts';
import { namesOf, Unanswerable } from '../tool-results.ts';

/** Neighbours that abdominal label sets carry; wrong options are drawn from here. */
const NEIGHBOURS = [
  'liver',
  'spleen',
  'pancreas',
  'kidney_left',
  'kidney_right',
  'stomach',
  'duodenum',
  'colon',
  'small_bowel',
  'gallbladder',
  'adrenal_gland_left',
  'adrenal_gland_right',
  'aorta',
  'postcava',
  'portal_vein_and_splenic_vein',
  'superior_mesenteric_artery',
  'superior_mesenteric_vein',
  'celiac_trunk',
  'common_bile_duct',
] as const;
const optionName = (structure: string) => sentence(structureName(structure));
const known: readonly string[] = NEIGHBOURS;

export default questionType({
  id: 'adjacent-organ',
  definition: 'Organ or vessel that the largest lesion of an organ touches over the largest area.',
  assumptions: {
    contact: {
      value: 'largest-shared-face-area',
      why: 'The contact test is not stated. Two structures touch when voxels share a face; of several the one with the largest shared area is meant, and the question says so.',
    },
  },
  draft: ({ set }) =>
    draftLesions(
      set,
      organLesions(set),
      firstOf(fewerThan(set, 1), (target) => {
        const largest = regionOf(set, target)?.instances[0];
        const touched = largest?.adjacent.filter(({ structure }) => known.includes(structure)) ?? [];
        if (touched.length === 0) return 'the largest lesion touches no annotated neighbour';
        if (known.filter((structure) => annotated(set, structure)).length < 3)
          return 'too few neighbours are annotated to choose from';
        return touched.length > 1 && touched[0].areaMm2 === touched[1].areaMm2
          ? 'the largest lesion touches two neighbours alike'
          : undefined;
      }),
      (target) => ({
        // Wrong options are structures that were looked for: another might truly touch it over a larger area.
        slots: { target, among: known.filter((structure) => annotated(set, structure)).join(' ') },
        context:
          'Of several the one with the largest area of contact is meant; its own organ does not count.',
      }),
    ),
  plan: ({ target }) => [segment(target), measure(target, 'largest_lesion_adjacent')],
  conclude(_, [, adjacent]) {
    const first = namesOf(adjacent, 'neighbours of the largest lesion').find((name) => known.includes(name));
    if (first === undefined) throw new Unanswerable('the largest lesion touches no known neighbour');
    return { answer: optionName(first) };
  },
  wordings: ({ target }) => [
    `Which structure borders on the largest ${lesionName(target)}?`,
    `Next to which neighbouring structure does the largest ${lesionName(target)} lie?`,
    `The largest ${lesionName(target)} touches something outside its organ: what is it?`,
  ],
  choices({ target, among = known.join(' ') }, { answer }) {
    const own = organOf(target);
    const pool = among
      .split(' ')
      .filter((id) => id !== own && !id.startsWith(`${own}_`))
      .map(optionName);
    return { kind: 'drawn', pool: [...new Set([answer, ...pool])], count: 4 };
  },
});

// Which of two liver segments has more lesions?
import { structureName } from '../../domain/structures.ts';
import { fewerThan, firstOf, withoutParts } from '../families/lesions.ts';
import { measure, segment } from '../families/steps.ts';
import { inDrawnOrder, lesionsIn, organOf, partsOf, REASONS, skip } from '../families/structures.ts';
import { organLesions } from '../families/targets.ts';
import { questionType } from '../question-type.ts';
import { namesOf } from '../tool-results.ts';

const number = (part: string) => part.replace('liver_segment_', '');

/** Of equal length, so that length tells nothing. */
const texts = (a: string, b: string) => [
  `More in segment ${number(a)}`,
  `More in segment ${number(b)}`,
  'Equal number each',
];

export default questionType({
  id: 'inter-segment-comparison',
  definition: 'Which of two liver segments holds more lesions, or whether both hold the same number.',
  assumptions: {
    'empty-pairs': {
      value: true,
      why: 'Two segments without any lesion are compared too: among the others hardly any pair is equal, and "equal" would give itself away as wrong. Selection keeps the three answers level.',
    },
  },
  draft({ set, option }) {
    const target = organLesions(set).find((lesion) => organOf(lesion) === 'liver');
    if (target === undefined) return skip(REASONS.notAnnotated('liver_lesion'));
    const why = firstOf(fewerThan(set, 1), withoutParts(set))(target);
    if (why !== undefined) return skip(why);
    const parts = partsOf(set, 'liver').sort();
    const counts = new Map(parts.map((part) => [part, lesionsIn(set, target, part)]));
    const pairs = parts.flatMap((first, i) =>
      parts.slice(i + 1).map((second) => {
        const [a, b] = inDrawnOrder(set, first, second);
        return { a, b };
      }),
    );
    const kept = pairs.filter(
      ({ a, b }) => option('empty-pairs') === true || (counts.get(a) ?? 0) + (counts.get(b) ?? 0) > 0,
    );
    if (kept.length === 0) return skip('no lesion lies in an annotated segment');
    return kept.map(({ a, b }) => ({
      slots: { target, a, b },
      context: 'A lesion that crosses a border counts where most of it lies.',
    }));
  },
  plan: ({ target }) => [segment(target), measure(target, 'lesion_locations')],
  conclude({ a, b }, [, locations]) {
    const parts = namesOf(locations, 'locations of the lesions');
    const count = (part: string) => parts.filter((name) => name === part).length;
    const [first, second, equal] = texts(a, b);
    const difference = count(a) - count(b);
    return {
      answer: difference > 0 ? first : difference < 0 ? second : equal,
      derivation: 'The lesions of the two segments are counted and compared.',
    };
  },
  wordings: ({ a, b }) => [
    `Which holds more lesions: ${structureName(a)} or segment ${number(b)}?`,
    `Compare ${structureName(a)} with segment ${number(b)}: where are more lesions?`,
    `Between segments ${number(a)} and ${number(b)} of the liver, which has the larger number of lesions?`,
  ],
  choices: ({ a, b }) => ({ kind: 'closed', texts: texts(a, b) }),
});

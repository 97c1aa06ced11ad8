// Are the liver lesions gathered in few segments?
import { criterionOf } from '../../knowledge/criteria.ts';
import { fewerThan, firstOf, withoutParts } from '../families/lesions.ts';
import { measure, segment } from '../families/steps.ts';
import { organOf, REASONS, skip } from '../families/structures.ts';
import { organLesions } from '../families/targets.ts';
import { questionType } from '../question-type.ts';
import { namesOf, Unanswerable } from '../tool-results.ts';

/** Of equal length, so that length tells nothing. */
const TEXTS = ['Strongly clustered', 'Somewhat clustered', 'Widely distributed'] as const;

export default questionType({
  id: 'liver-lesion-clustering',
  definition:
    'Strongly clustered: over half of the lesions in one segment; somewhat: three quarters in two; else widely distributed.',
  assumptions: {
    by: {
      value: 'count',
      why: 'Shares could be of lesions or of their volume; the number of lesions is taken.',
    },
    'ask-from': {
      value: 2,
      why: 'The least number of lesions is not stated; a single lesion cannot be clustered.',
    },
  },
  draft({ set, option, criteria }) {
    const target = organLesions(set).find((lesion) => organOf(lesion) === 'liver');
    if (target === undefined) return skip(REASONS.notAnnotated('liver_lesion'));
    const why = firstOf(fewerThan(set, Number(option('ask-from'))), withoutParts(set))(target);
    if (why !== undefined) return skip(why);
    const thresholds = criterionOf(criteria, 'liver-segment-clustering')?.thresholds;
    const high = String(thresholds?.high_percent ?? 50);
    const two = String(thresholds?.top_two_percent ?? 75);
    return [
      {
        slots: { target, high_percent: high, top_two_percent: two },
        context: `By number of lesions. Strongly clustered: over ${high} % in one segment; somewhat: at least ${two} % in the two fullest; otherwise widely distributed.`,
      },
    ];
  },
  plan: ({ target }) => [segment(target), measure(target, 'lesion_locations')],
  conclude({ high_percent, top_two_percent }, [, locations]) {
    const parts = namesOf(locations, 'locations of the lesions').filter((part) => part !== '');
    if (parts.length === 0) throw new Unanswerable('no lesion lies in an annotated segment');
    const counts = [...Map.groupBy(parts, (part) => part).values()].map((list) => list.length);
    const [first, second = 0] = counts.sort((a, b) => b - a);
    const percent = (n: number) => (100 * n) / parts.length;
    const strongly = percent(first) > Number(high_percent);
    const somewhat = percent(first + second) >= Number(top_two_percent);
    return {
      answer: strongly ? TEXTS[0] : somewhat ? TEXTS[1] : TEXTS[2],
      derivation: 'The shares of the two fullest segments are held against the stated limits.',
    };
  },
  wordings: () => [
    'How are the liver lesions spread over the segments?',
    'Are the lesions of the liver gathered in few segments or scattered?',
    'Which description fits the distribution of lesions in the liver?',
  ],
  choices: () => ({ kind: 'closed', texts: TEXTS }),
});

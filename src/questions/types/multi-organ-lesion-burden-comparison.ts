// Which of two organs is more burdened with lesions?
import type { MeasurementSet } from '../../domain/measurement.ts';
import { structureName } from '../../domain/structures.ts';
import { draftEach } from '../families/measured.ts';
import { measure, segment } from '../families/steps.ts';
import {
  inDrawnOrder,
  lesionCount,
  organOf,
  REASONS,
  sentence,
  the,
  whyNoVolume,
} from '../families/structures.ts';
import { organLesions } from '../families/targets.ts';
import { questionType } from '../question-type.ts';
import { numberOf, positiveOf } from '../tool-results.ts';

const organName = (lesion: string) => sentence(structureName(organOf(lesion)));
const pairsOf = (set: MeasurementSet, lesions: readonly string[]) =>
  lesions.flatMap((a, i) => lesions.slice(i + 1).map((b) => inDrawnOrder(set, a, b)));

/** Of equal length, so that length tells nothing. */
const texts = (a: string, b: string) => [
  `${organName(a)} more than ${organName(b).toLowerCase()}`,
  `${organName(b)} more than ${organName(a).toLowerCase()}`,
  `${organName(a)} much like ${organName(b).toLowerCase()}`,
];

export default questionType({
  id: 'multi-organ-lesion-burden-comparison',
  definition: 'Which of two organs has the larger share of its volume taken by lesions.',
  assumptions: {
    burden: {
      value: 'fraction',
      why: 'The release marks a ratio, so burden is lesion volume over organ volume. "volume" compares lesion volumes.',
    },
    'tie-percent': {
      value: 5,
      why: 'No tolerance is stated; burdens within 5 % of the larger one count as the same.',
    },
    'empty-pairs': {
      value: true,
      why: 'Two organs without any lesion are compared too, and are alike: among the others hardly any pair is, and "alike" would give itself away as wrong. Selection keeps the three answers level.',
    },
    organs: {
      value: 'pairs',
      why: 'The published chain has two segment–measure pairs, so two organs are compared at a time.',
    },
  },
  draft: ({ set, option }) =>
    draftEach(
      pairsOf(set, organLesions(set)),
      ([a, b]) => {
        if (option('empty-pairs') !== true && lesionCount(set, a) + lesionCount(set, b) === 0)
          return REASONS.noLesion;
        return option('burden') === 'volume'
          ? undefined
          : (whyNoVolume(set, organOf(a)) ?? whyNoVolume(set, organOf(b)));
      },
      ([a, b]) => ({
        slots: { a, b, burden: String(option('burden')), tie_percent: String(option('tie-percent')) },
        context: `Burden is ${
          option('burden') === 'volume'
            ? 'the summed volume of lesions'
            : 'the summed volume of lesions over the volume of the organ'
        }; within ${option('tie-percent')} % of the larger one, or without lesions, they are much alike.`,
      }),
      'fewer than two organs have annotated lesions',
    ),
  plan: ({ a, b, burden }) =>
    [a, b].flatMap((lesion) => [
      segment(lesion),
      measure(lesion, 'total_lesion_volume_cm3'),
      ...(burden === 'volume' ? [] : [measure(organOf(lesion), 'volume_cm3')]),
    ]),
  conclude({ a, b, burden, tie_percent }, results) {
    const width = results.length / 2;
    const burdens = [0, 1].map((i) => {
      const lesions = numberOf(results[i * width + 1], 'lesion volume');
      return burden === 'volume' ? lesions : lesions / positiveOf(results[i * width + 2], 'organ volume');
    });
    const [first, second] = burdens;
    const most = Math.max(first, second);
    const tie = Math.abs(first - second) * 100 <= Number(tie_percent) * most;
    return {
      answer: texts(a, b)[tie ? 2 : first > second ? 0 : 1],
      derivation: 'The burdens of the two organs are compared under the stated tolerance.',
    };
  },
  wordings: ({ a, b }) => {
    const [first, second] = [the(organOf(a)), the(organOf(b))];
    return [
      `Which organ bears the greater burden of lesions: ${first} or ${second}?`,
      `Compare ${first} with ${second}: where do lesions weigh more, if in either?`,
      `Of ${first} and ${second}, which is more affected by lesions?`,
    ];
  },
  choices: ({ a, b }) => ({ kind: 'closed', texts: texts(a, b) }),
});

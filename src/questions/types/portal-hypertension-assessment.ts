// Do the volumes of spleen and liver speak for portal hypertension?
import { YES_NO, yesNo } from '../families/existence.ts';
import { lookUp, measure, segment } from '../families/steps.ts';
import { skip, whyNoVolume } from '../families/structures.ts';
import { questionType } from '../question-type.ts';
import { criterionIn, positiveOf } from '../tool-results.ts';

const ID = 'portal-hypertension';
const CAUDATE = 'liver_segment_1';
const RIGHT_LOBE = ['liver_segment_5', 'liver_segment_6', 'liver_segment_7', 'liver_segment_8'] as const;

export default questionType({
  id: 'portal-hypertension-assessment',
  definition: 'Whether volumes show a sign of portal hypertension: a large spleen, or a large caudate lobe.',
  assumptions: {
    rule: {
      value: 'spleen',
      why: 'Collaterals and ascites are in no mask and the exact rule is not stated: the volume of the spleen decides. "spleen-or-caudate" also takes a caudate lobe (segment 1) that is large against the right lobe (segments 5 to 8).',
    },
  },
  draft({ set, option }) {
    const rule = String(option('rule'));
    const needed = rule === 'spleen' ? ['spleen', 'liver'] : ['spleen', CAUDATE, ...RIGHT_LOBE];
    const why = needed.map((structure) => whyNoVolume(set, structure)).find((reason) => reason !== undefined);
    if (why !== undefined) return skip(why);
    return [
      {
        slots: { rule },
        context:
          rule === 'spleen'
            ? 'Of the signs only the volume of the spleen is considered.'
            : 'Of the signs only the volumes of the spleen and of the caudate lobe are considered.',
      },
    ];
  },
  plan: ({ rule }) => [
    lookUp(ID),
    // The published chain looks at the liver too; its volume is evidence, but by the default rule not decisive: first.
    segment('liver'),
    ...(rule === 'spleen'
      ? [measure('liver', 'volume_cm3')]
      : [CAUDATE, ...RIGHT_LOBE].map((part) => measure(part, 'volume_cm3'))),
    segment('spleen'),
    measure('spleen', 'volume_cm3'),
  ],
  conclude({ rule }, [found, , ...measured]) {
    const criterion = criterionIn(found, ID);
    const [liver, spleen] = [measured.slice(0, -2), measured.at(-1)];
    const enlarged = criterion.met('spleen_cm3', positiveOf(spleen, 'spleen volume'));
    const derivation = 'The volumes are held against the limits of the criterion.';
    if (rule === 'spleen') return { answer: yesNo(enlarged), derivation };
    const [caudate, ...right] = liver.map((volume) => positiveOf(volume, 'volume of a liver segment'));
    const ratio = caudate / right.reduce((sum, volume) => sum + volume, 0);
    return { answer: yesNo(enlarged || criterion.met('caudate_right_ratio', ratio)), derivation };
  },
  wordings: () => [
    'Do the organ volumes suggest portal hypertension?',
    'Is there a volumetric sign of portal hypertension on this scan?',
    'Judged by organ size, should portal hypertension be suspected?',
  ],
  choices: () => ({ kind: 'closed', texts: YES_NO }),
});

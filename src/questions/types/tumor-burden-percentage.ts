// Which share of an organ do its lesions take?
import { draftLesions, fewerThan, firstOf } from '../families/lesions.ts';
import { positiveAnswer, sizeChoices } from '../families/measured.ts';
import { measure, segment } from '../families/steps.ts';
import { lesionName, organOf, the, whyNoVolume } from '../families/structures.ts';
import { organLesions } from '../families/targets.ts';
import { questionType } from '../question-type.ts';
import { positiveOf, Unanswerable } from '../tool-results.ts';

export default questionType({
  id: 'tumor-burden-percentage',
  definition: 'Summed volume of the lesions of an organ divided by the volume of the organ, in percent.',
  assumptions: {
    denominator: {
      value: 'with-lesions',
      why: 'The knowledge base says "organ volume" only. "with-lesions" takes the organ as a whole, so that the burden stays within 100 %; "parenchyma" takes it without its lesions.',
    },
  },
  draft: ({ set, option }) =>
    draftLesions(
      set,
      organLesions(set),
      firstOf(fewerThan(set, 1), (target) => whyNoVolume(set, organOf(target))),
      (target) => ({
        slots: { target, organ: organOf(target), denominator: String(option('denominator')) },
        unit: '%',
        context:
          option('denominator') === 'parenchyma'
            ? 'The organ is taken without its lesions.'
            : 'The organ is taken with its lesions.',
      }),
    ),
  plan: ({ target, organ }) => [
    segment(target),
    measure(target, 'total_lesion_volume_cm3'),
    segment(organ),
    measure(organ, 'volume_cm3'),
  ],
  conclude({ denominator }, [, lesion, , organ]) {
    const part = positiveOf(lesion, 'lesion volume');
    const whole = positiveOf(organ, 'organ volume') - (denominator === 'parenchyma' ? part : 0);
    if (whole <= 0) throw new Unanswerable('the organ has no volume besides its lesions');
    return positiveAnswer((100 * part) / whole, 'The volume of the lesions is divided by that of the organ.');
  },
  wordings: ({ target, organ }) => [
    `What percentage of ${the(organ)} do all ${lesionName(target)}s together make up?`,
    `Which share of the volume of ${the(organ)} do ${lesionName(target)}s take, in percent?`,
    `Of the volume of ${the(organ)}, how many percent are ${lesionName(target)}?`,
  ],
  choices: () => sizeChoices(undefined, 100),
});

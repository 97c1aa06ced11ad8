// Is one lesion far larger than all others?
import { criterionOf } from '../../knowledge/criteria.ts';
import { YES_NO, yesNo } from '../families/existence.ts';
import { draftLesions, fewerThan } from '../families/lesions.ts';
import { measure, segment } from '../families/steps.ts';
import { lesionName, organOf, the } from '../families/structures.ts';
import { LESIONS } from '../families/targets.ts';
import { questionType } from '../question-type.ts';
import { numbersOf } from '../tool-results.ts';

export default questionType({
  id: 'lesion-outlier',
  definition:
    'Whether, among at least three lesions, the largest has at least three times the volume of the second.',
  assumptions: {
    'ask-from': {
      value: 3,
      why: 'With fewer lesions the rule says no whatever they look like; such cases are not asked about.',
    },
  },
  draft({ set, option, criteria }) {
    const thresholds = criterionOf(criteria, 'lesion-outlier')?.thresholds;
    const least = String(thresholds?.least_lesions ?? 3);
    const ratio = String(thresholds?.ratio ?? 3);
    return draftLesions(set, LESIONS, fewerThan(set, Number(option('ask-from'))), (target) => ({
      slots: { target, least, ratio },
      context: `Outlier: at least ${least} lesions, the largest with at least ${ratio} times the volume of the second largest.`,
    }));
  },
  plan: ({ target }) => [segment(target), measure(target, 'lesion_volumes_cm3')],
  conclude({ least, ratio }, [, volumes]) {
    const sorted = numbersOf(volumes, 'volumes of the lesions').sort((a, b) => b - a);
    // Volumes are whole numbers of voxels times one factor: a tolerance of 1e-9 undoes the rounding of that product.
    const outlier = sorted.length >= Number(least) && sorted[0] >= Number(ratio) * sorted[1] * (1 - 1e-9);
    return {
      answer: yesNo(outlier),
      derivation: 'The largest lesion is held against the second largest.',
    };
  },
  wordings: ({ target }) => [
    `Among the ${lesionName(target)}s, does one stand out as an outlier by its size?`,
    `Is the largest ${lesionName(target)} out of proportion to the others?`,
    `Does a single lesion dominate ${the(organOf(target))}, far larger than the next (${lesionName(target)}s only)?`,
  ],
  choices: () => ({ kind: 'closed', texts: YES_NO }),
});

// Which T stage has the pancreatic tumor?
import { criterionOf } from '../../knowledge/criteria.ts';
import { ARTERIES, anglesIn, arteryFlags, NO_TUMOR, tumorsOf, vesselsAsked } from '../families/pancreas.ts';
import { lookUp, measure, segment } from '../families/steps.ts';
import { lesionName, skip } from '../families/structures.ts';
import { questionType } from '../question-type.ts';
import { criterionIn, namesOf, positiveOf } from '../tool-results.ts';

const STAGES = ['T1', 'T2', 'T3', 'T4'] as const;
/** What a neuroendocrine tumor invades at T4; the left kidney by the RadGPT rules only. */
const T4_ORGANS = ['stomach', 'spleen', 'colon', 'adrenal_gland_left'] as const;
const T3_ORGANS: readonly string[] = ['duodenum', 'common_bile_duct'];

export default questionType({
  id: 'pancreatic-tumor-staging',
  definition: 'T stage of a pancreatic tumor by its longest axial diameter and its contact with arteries.',
  assumptions: {
    diameter: {
      value: 'largest-lesion',
      why: 'Of several tumors the largest by volume is measured; contact with an artery counts for any of them.',
    },
    contact: {
      value: 'mask-contact',
      why: 'Invasion is not in a mask: contact over the angle that the criterion names stands for it.',
    },
  },
  draft({ set, rules, criteria }) {
    const tumors = tumorsOf(set);
    if (tumors.length === 0) return skip(NO_TUMOR);
    const arteries = arteryFlags(set, rules);
    if ('skipped' in arteries) return arteries;
    return tumors.map((target) => {
      const neuroendocrine =
        target === 'pancreas_pnet' && criterionOf(criteria, 'pnet-staging') !== undefined;
      return {
        slots: {
          target,
          criterion: neuroendocrine ? 'pnet-staging' : 'pancreatic-tumor-staging',
          vessels: vesselsAsked(set),
        },
        flags: arteries.flags,
      };
    });
  },
  plan: ({ target, criterion }) => [
    lookUp(criterion),
    segment(target),
    measure(target, 'largest_lesion_diameter_cm'),
    measure(target, 'vessel_contact_deg'),
    ...(criterion === 'pnet-staging' ? [measure(target, 'largest_lesion_adjacent')] : []),
  ],
  conclude({ criterion, vessels }, [found, , diameter, contact, adjacent]) {
    const rule = criterionIn(found, criterion);
    const cm = positiveOf(diameter, 'diameter of the tumor');
    const angle = anglesIn(contact, vessels);
    const touched = criterion === 'pnet-staging' ? namesOf(adjacent, 'neighbours of the tumor') : [];
    const organs: readonly string[] = rule.set === 'radgpt' ? [...T4_ORGANS, 'kidney_left'] : T4_ORGANS;
    const t4 =
      ARTERIES.some((artery) => rule.met('t4_contact_deg', angle(artery))) ||
      touched.some((organ) => organs.includes(organ));
    const bySize = rule.met('t1_cm', cm) ? 0 : rule.met('t2_cm', cm) ? 1 : 2;
    const t3 = touched.some((organ) => T3_ORGANS.includes(organ));
    return {
      answer: STAGES[t4 ? 3 : t3 ? 2 : bySize],
      derivation: 'Size and contact are held against the limits of the stages.',
    };
  },
  wordings: ({ target }) => [
    `Which T stage does the ${lesionName(target)} have?`,
    `By size and contact with arteries, what is the T category of the ${lesionName(target)}?`,
    `Stage the ${lesionName(target)}: T1, T2, T3 or T4?`,
  ],
  choices: () => ({ kind: 'closed', texts: STAGES }),
});

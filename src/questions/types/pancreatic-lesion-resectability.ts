// Can the pancreatic tumor be resected?
import { criterionOf } from '../../knowledge/criteria.ts';
import {
  ARTERIES,
  anglesIn,
  arteryFlags,
  NO_TUMOR,
  PORTAL_VEINS,
  tumorsOf,
  vesselsAsked,
} from '../families/pancreas.ts';
import { lookUp, measure, segment } from '../families/steps.ts';
import { lesionName, skip } from '../families/structures.ts';
import { questionType } from '../question-type.ts';
import { criterionIn, type FoundCriterion, textOf, Unanswerable } from '../tool-results.ts';

const ID = 'pancreatic-lesion-resectability';
const TEXTS = ['Resectable', 'Borderline', 'Unresectable'] as const;
type Angles = (vessel: string) => number;

function byNccn(rule: FoundCriterion, angle: Angles): (typeof TEXTS)[number] {
  const [sma, celiac, hepatic] = ARTERIES.map(angle);
  const over = (name: string, value: number) => rule.has(name) && rule.met(name, value);
  if (
    over('sma_unresectable_deg', sma) ||
    over('celiac_unresectable_deg', celiac) ||
    over('cha_unresectable_deg', hepatic)
  )
    return 'Unresectable';
  const borderline =
    [sma, celiac, hepatic].some((value) => over('artery_borderline_deg', value)) ||
    PORTAL_VEINS.some((vein) => over('vein_borderline_deg', angle(vein))) ||
    over('ivc_borderline_deg', angle('postcava'));
  return borderline ? 'Borderline' : 'Resectable';
}

function byRadgpt(rule: FoundCriterion, angle: Angles, head: boolean): (typeof TEXTS)[number] {
  const [sma, celiac, hepatic] = ARTERIES.map(angle);
  const veins = Math.max(...PORTAL_VEINS.map(angle));
  if (![sma, celiac, hepatic, veins].some((value) => rule.met('any_contact_deg', value))) return 'Resectable';
  const unresectable = head
    ? rule.met('head_sma_unresectable_deg', sma) ||
      rule.met('head_celiac_unresectable_deg', celiac) ||
      rule.met('head_ivc_unresectable_deg', angle('postcava'))
    : rule.met('other_sma_unresectable_deg', sma) || rule.met('other_celiac_unresectable_deg', celiac);
  if (unresectable) return 'Unresectable';
  const free = ![veins, celiac].some((value) => rule.met('any_contact_deg', value));
  if (free && rule.met('borderline_sma_deg', sma)) return 'Borderline';
  throw new Unanswerable('the resectability rule gives no class for this pattern of contact');
}

export default questionType({
  id: ID,
  definition: 'Resectable, borderline or unresectable, by the angles over which the tumor touches vessels.',
  assumptions: {
    veins: {
      value: 'contact-only',
      why: 'Narrowing, occlusion and reconstruction of veins are not in a mask; the angle of contact decides alone.',
    },
    head: {
      value: 'main-part',
      why: 'The head rule of RadGPT applies when the head of the pancreas holds most of the largest tumor.',
    },
  },
  draft({ set, rules, criteria }) {
    const tumors = tumorsOf(set).filter((kind) => kind !== 'pancreas_pnet');
    if (tumors.length === 0) return skip(NO_TUMOR);
    const arteries = arteryFlags(set, rules);
    if ('skipped' in arteries) return arteries;
    const rule = criterionOf(criteria, ID)?.rule ?? 'nccn';
    return [
      {
        slots: { target: tumors[0], rule, vessels: vesselsAsked(set) },
        context: 'Only contact with vessels is considered.',
        flags: arteries.flags,
      },
    ];
  },
  plan: ({ target, rule }) => [
    lookUp(ID),
    segment(target),
    measure(target, 'vessel_contact_deg'),
    ...(rule === 'radgpt' ? [measure(target, 'largest_lesion_location')] : []),
  ],
  conclude({ vessels }, [found, , contact, location]) {
    const rule = criterionIn(found, ID);
    const angle: Angles = anglesIn(contact, vessels);
    const answer =
      rule.rule === 'radgpt'
        ? byRadgpt(rule, angle, textOf(location, 'location of the tumor').includes('pancreas_head'))
        : byNccn(rule, angle);
    return { answer, derivation: 'The angles of contact are held against the limits of the classes.' };
  },
  wordings: ({ target }) => [
    `Judged by contact with vessels, is the ${lesionName(target)} resectable?`,
    `Which resectability class does the ${lesionName(target)} fall into?`,
    `Could surgery remove the ${lesionName(target)}, given the vessels it touches?`,
  ],
  choices: () => ({ kind: 'closed', texts: TEXTS }),
});

// overread/knowledge: label schemes, criteria with their sources, look-up.
export { CRITERIA_SET_IDS, criteriaSet, criterionOf } from './criteria.ts';
export type { Criterion } from './criterion.ts';
export { lookupKnowledge } from './lookup.ts';
export {
  applyScheme,
  chooseScheme,
  type LabelScheme,
  readScheme,
  SCHEME_IDS,
  schemeNamed,
} from './scheme.ts';

// overread/knowledge: label schemes, criteria with their sources, look-up, search over passages.
export { CRITERIA_SET_IDS, criteriaSet, criterionOf } from './criteria.ts';
export type { Criterion } from './criterion.ts';
export { lookupKnowledge } from './lookup.ts';
export { adaptiveCount } from './retrieval/adaptive.ts';
export { readPassages } from './retrieval/passage-files.ts';
export {
  type FoundPassage,
  type PassageEncoder,
  type PassageIndex,
  passageIndex,
  type TokenEncoder,
} from './retrieval/passage-index.ts';
export { quotedPassages } from './retrieval/quoted.ts';
export {
  applyScheme,
  chooseScheme,
  type LabelScheme,
  readScheme,
  SCHEME_IDS,
  schemeNamed,
} from './scheme.ts';

// overread/scoring: answers to scores, scores to a report.
export { readForeign, scoreForeign } from './foreign.ts';
export { type LadderRow, ladderRungs } from './ladder.ts';
export { parseAnswer } from './parse.ts';
export { ladderPlan, twinOf } from './plan.ts';
export { buildReport, type ReportOptions } from './report.ts';
export { scoreAnswer, scoreRead } from './score.ts';
export { SUBTYPES, type Subtype, subtypeName, subtypeOf } from './subtypes.ts';

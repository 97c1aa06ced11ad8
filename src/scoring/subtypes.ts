// The 42 published subtypes as data: their names, stages, answer kinds, gold chains and numbers of questions.
// Facts of the released subtype schema (DeepTumorVQA 2.0, CC BY 4.0) and of the released scorer's answer types.
import type { AnswerKind, Primitive, Stage } from '../domain/question.ts';

export interface Subtype {
  /** Kebab-case id, the same as the question type's: the published name in lower case with hyphens. */
  readonly id: string;
  /** As the released files spell it: "PDAC vs PNET classification". */
  readonly published: string;
  readonly stage: Stage;
  readonly answerKind: Exclude<AnswerKind, 'text'>;
  /** Primitives of the published gold trace, in order. */
  readonly chain: readonly Primitive[];
  /** Steps of the published trace; one more than `chain` names for "lesion type classification". */
  readonly steps: number;
  /** Questions of the 10,000-question benchmark. */
  readonly published10k: number;
  /** Questions of the held-out pool that it was drawn from. */
  readonly pool: number;
}

type Row = readonly [
  published: string,
  stage: Stage,
  kind: Subtype['answerKind'],
  chain: string,
  steps: number,
  published10k: number,
  pool: number,
];

const ROWS: readonly Row[] = [
  ['colon lesion existence', 'recognition', 'binary', 'S', 1, 198, 1108],
  ['kidney cyst existence', 'recognition', 'binary', 'S', 1, 202, 1144],
  ['kidney lesion existence', 'recognition', 'binary', 'S', 1, 296, 2098],
  ['kidney tumor existence', 'recognition', 'binary', 'S', 1, 238, 1504],
  ['liver lesion existence', 'recognition', 'binary', 'S', 1, 284, 1972],
  ['pancreatic lesion existence', 'recognition', 'binary', 'S', 1, 212, 1243],
  ['PDAC existence', 'recognition', 'binary', 'S', 1, 194, 1068],
  ['PNET existence', 'recognition', 'binary', 'S', 1, 195, 1072],
  ['splenomegaly detection', 'recognition', 'binary', 'SMK', 3, 204, 1172],
  ['lesion volume measurement', 'measurement', 'numeric', 'SM', 2, 210, 689],
  ['organ HU measurement', 'measurement', 'numeric', 'SM', 2, 746, 3533],
  ['organ HU ratio', 'measurement', 'numeric', 'SMSM', 4, 89, 89],
  ['organ volume measurement', 'measurement', 'numeric', 'SM', 2, 852, 4097],
  ['tumor burden percentage', 'measurement', 'numeric', 'SMSM', 4, 126, 243],
  ['adjacent organ', 'visual-reasoning', 'categorical', 'S', 1, 109, 184],
  ['bilateral kidney asymmetry', 'visual-reasoning', 'categorical', 'SMSMS', 5, 109, 186],
  ['inter-segment comparison', 'visual-reasoning', 'categorical', 'SM', 2, 358, 2417],
  ['kidney volume comparison', 'visual-reasoning', 'categorical', 'SMSM', 4, 181, 831],
  ['largest lesion attenuation', 'visual-reasoning', 'categorical', 'SMSM', 4, 183, 841],
  ['largest lesion diameter', 'visual-reasoning', 'numeric', 'SM', 2, 146, 516],
  ['largest lesion location', 'visual-reasoning', 'categorical', 'S', 1, 125, 388],
  ['largest lesion slice', 'visual-reasoning', 'numeric', 'S', 1, 136, 430],
  ['lesion count by location', 'visual-reasoning', 'numeric', 'SM', 2, 232, 1281],
  ['lesion counting', 'visual-reasoning', 'numeric', 'SM', 2, 523, 3898],
  ['lesion outlier', 'visual-reasoning', 'binary', 'SM', 2, 101, 113],
  ['liver lesion clustering', 'visual-reasoning', 'categorical', 'SM', 2, 113, 218],
  ['multi-organ lesion burden comparison', 'visual-reasoning', 'categorical', 'SMSM', 4, 146, 517],
  ['organ aggregation', 'visual-reasoning', 'numeric', 'SMSM', 4, 977, 7982],
  ['organ enlargement', 'visual-reasoning', 'binary', 'SM', 2, 459, 3329],
  ['tumor organ HU difference', 'visual-reasoning', 'numeric', 'SMSM', 4, 151, 565],
  ['fatty liver', 'medical-reasoning', 'categorical', 'KSMSM', 5, 99, 99],
  ['hepatic steatosis grading', 'medical-reasoning', 'categorical', 'KSMSM', 5, 53, 53],
  ['lesion type classification', 'medical-reasoning', 'categorical', 'KSM', 4, 42, 42],
  ['pancreatic cyst resectability', 'medical-reasoning', 'binary', 'KSM', 3, 144, 144],
  ['pancreatic lesion resectability', 'medical-reasoning', 'categorical', 'KSM', 3, 98, 98],
  ['pancreatic steatosis', 'medical-reasoning', 'binary', 'KSMSM', 5, 45, 45],
  ['pancreatic tumor staging', 'medical-reasoning', 'categorical', 'KSM', 3, 201, 1501],
  ['PDAC vs PNET classification', 'medical-reasoning', 'categorical', 'KSM', 3, 311, 311],
  ['portal hypertension assessment', 'medical-reasoning', 'binary', 'KSMSM', 5, 44, 44],
  ['pseudocyst determination', 'medical-reasoning', 'binary', 'KSM', 3, 3, 3],
  ['renal mass characterization', 'medical-reasoning', 'categorical', 'KSM', 3, 23, 23],
  ['splenomegaly grading', 'medical-reasoning', 'categorical', 'KSM', 3, 842, 842],
];

const PRIMITIVES: Record<string, Primitive> = { S: 'segment', M: 'measure', K: 'knowledge' };

/** "organ HU ratio" → "organ-hu-ratio". */
export function subtypeId(published: string): string {
  return published.trim().toLowerCase().replaceAll(' ', '-');
}

/** In the order of the hierarchy, alphabetically within a stage. */
export const SUBTYPES: readonly Subtype[] = ROWS.map(
  ([published, stage, answerKind, chain, steps, published10k, pool]) => ({
    id: subtypeId(published),
    published,
    stage,
    answerKind,
    chain: [...chain].map((letter) => PRIMITIVES[letter]),
    steps,
    published10k,
    pool,
  }),
);

const byId = new Map(SUBTYPES.map((subtype) => [subtype.id, subtype]));
const byName = new Map(SUBTYPES.map((subtype) => [subtype.published, subtype]));

export function subtypeOf(id: string): Subtype | undefined {
  return byId.get(id);
}

/** By the exact published name. */
export function publishedSubtype(name: string): Subtype | undefined {
  return byName.get(name);
}

/** "liver lesion existence" for a known id; an unknown id with hyphens as spaces. */
export function subtypeName(id: string): string {
  return byId.get(id)?.published ?? id.replaceAll('-', ' ');
}

/** Published names of the four stages, as the released files write `question_type`. */
export const PUBLISHED_STAGES: Readonly<Record<Stage, string>> = {
  recognition: 'recognition',
  measurement: 'measurement',
  'visual-reasoning': 'visual reasoning',
  'medical-reasoning': 'medical reasoning',
};

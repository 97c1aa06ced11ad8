// The 69 questions of 3DReasonKnee: which part of the knee, which components of MOAKS, and what grades each can have.

export interface KneeQuestion {
  readonly id: number;
  /** Part of the knee and what is graded. */
  readonly region: string;
  /** Components and their highest grade; the lowest is 0. */
  readonly components: Readonly<Record<string, number>>;
}

const SIDES = ['medial', 'lateral'];
const PATELLA = SIDES.map((side) => `patella ${side}`);
const of = (bone: string, parts: readonly string[]) =>
  SIDES.flatMap((side) => parts.map((part) => `${bone} ${side} ${part}`));
const SUBREGIONS = [
  ...PATELLA,
  ...of('femur', ['trochlea', 'central', 'posterior']),
  ...of('tibia', ['anterior', 'central', 'posterior']),
];
const OSTEOPHYTES = [
  'patella superior',
  'patella inferior',
  ...PATELLA,
  ...of('femur', ['anterior', 'central', 'posterior']),
  'tibia medial',
  'tibia lateral',
];

const BML = {
  'Size of BML (including cyst)': 3,
  'Number of BML within subregion': 3,
  '% of lesion that is BML (excluding cyst)': 3,
};
const CARTILAGE = { 'Size of lesion': 3, 'Depth of lesion': 3 };
const GRADE = { grade: 3 };
const PRESENCE = { presence: 1 };

const LISTED: readonly (readonly [region: string, components: Readonly<Record<string, number>>])[] = [
  ...[...SUBREGIONS, 'tibia subspinous'].map((part) => [`${part} BML`, BML] as const),
  ...SUBREGIONS.map((part) => [`${part} cartilage lesion`, CARTILAGE] as const),
  ...OSTEOPHYTES.map((part) => [`${part} osteophyte`, GRADE] as const),
  ['Hoffa-Synovitis', GRADE],
  ['effusion-synovitis', GRADE],
  ...[
    'medial meniscus anterior',
    'medial meniscus medial',
    'lateral meniscus anterior',
    'lateral meniscus lateral',
  ].map((part) => [`${part} extrusion`, GRADE] as const),
  ...of('meniscus', ['anterior', 'body', 'posterior']).map(
    (part) => [`${part.replace(/^meniscus (\w+)/, '$1 meniscus')} morphology`, { morphology: 8 }] as const,
  ),
  ...SIDES.map((side) => [`${side}_meniscal_cyst`, { presence: 1, tear_location: 3 }] as const),
  ...SIDES.map((side) => [`${side}_meniscal_hypertrophy`, PRESENCE] as const),
  ...SIDES.map((side) => [`${side}_meniscal_root_tear`, PRESENCE] as const),
  [
    'ACL',
    { 'Complete Tear': 1, 'Associated with BML/cyst at site of insertion or origin': 1, 'ACL Repair': 1 },
  ],
  ['PCL', { 'Complete Tear': 1, 'Associated with BML/cyst at site of insertion or origin': 1 }],
  ['Patellar_Tendon', { 'Signal Abnormality': 1 }],
  ...[
    'pes_anserine_bursitis',
    'iliotibial_band_signal',
    'popliteal_cyst',
    'infrapatellar_bursitis',
    'prepatellar_bursitis',
    'ganglion_cyst',
    'loose_bodies',
  ].map((name) => [`${name}_presence`, PRESENCE] as const),
];

/** In the release's order, from 1. */
export const KNEE_QUESTIONS: readonly KneeQuestion[] = LISTED.map(([region, components], at) => ({
  id: at + 1,
  region,
  components,
}));

/** Grades by component, in the order of a question's components. */
export type Grades = Readonly<Record<string, number>>;

/** The first component that is no whole number of its range, or undefined when all are. */
export function outOfRange(grades: Grades, components: Readonly<Record<string, number>>): string | undefined {
  return Object.entries(components).find(([name, most]) => {
    const grade = grades[name];
    return !Number.isInteger(grade) || grade < 0 || grade > most;
  })?.[0];
}

// Sixteen patients-in-words: between them every question type can be asked, with its answers in balance.
// Values keep clear of the thresholds of every criteria set; cases on a threshold are in hard-cases.ts.
import type { Vec3 } from '../domain/geometry.ts';
import type { Random } from '../domain/random.ts';
import type { StructureId } from '../domain/structures.ts';
import type { BodyPlan } from './anatomy.ts';
import type { LesionRequest } from './lesions.ts';

export interface Recipe {
  readonly about: string;
  readonly plan: BodyPlan;
  readonly lesions: (rng: Random) => LesionRequest[];
  /** A second examination of the patient before. */
  readonly followUp?: boolean;
}

const NORMAL = {
  caudateShare: 0.5,
  liver: 1450,
  spleen: 215,
  pancreas: 72,
  kidneyRight: 168,
  kidneyLeft: 192,
  medialShare: 0.24,
};
/** A caudate lobe of three quarters of the right lobe. */
const CIRRHOTIC = { medialShare: 0.46, caudateShare: 0.65, liver: 1280 };

const blob = (r: number): Vec3 => [r, r * 0.95, r * 0.9];
/**
 * Half-axis of lesions as bright as their organ: large enough for a mean that noise moves by under half of the tenth of
 * a standard deviation within which attenuation counts as the same.
 */
const ISO = 24;
/** Segments with room for any lesion, for most, for lesions of 12 mm, and for the smallest. */
const ROOMIEST = [6, 7];
const ROOMY = [4, 6, 7];
const MEDIUM = [5, 8];
const NARROW = [2, 3];

/** Liver lesions: `counts[i]` of them in the i-th of some segments; the first one is the largest. */
function inLiver(
  rng: Random,
  counts: readonly number[],
  kind: { structure?: StructureId; hu: number; largest?: number; others?: number },
): LesionRequest[] {
  const { structure = 'liver_tumor', hu, largest = 11, others = 9 } = kind;
  const first =
    largest > 20 ? rng.pick(ROOMIEST) : largest > 12 ? rng.pick(ROOMY) : rng.pick([...ROOMY, ...MEDIUM]);
  const further = rng.shuffle([...ROOMY, ...MEDIUM].filter((segment) => segment !== first));
  const segments = [first, ...further, ...rng.shuffle(NARROW)];
  return counts.flatMap((count, i) =>
    Array.from({ length: count }, (_, n) => ({
      structure,
      organ: 'liver',
      part: `liver_segment_${segments[i]}`,
      radii: blob(i === 0 && n === 0 ? largest : others - 0.35 * (i + n)),
      hu,
    })),
  );
}

function inKidney(
  side: 'left' | 'right',
  structure: StructureId,
  hu: number,
  ...radii: number[]
): LesionRequest[] {
  return radii.map((r) => ({ structure, organ: `kidney_${side}`, radii: blob(r), hu }));
}

function inPancreas(
  part: 'head' | 'body' | 'tail',
  structure: StructureId,
  hu: number,
  radii: Vec3,
  more: Pick<LesionRequest, 'against' | 'embraces'> = {},
): LesionRequest {
  return { structure, organ: 'pancreas', part: `pancreas_${part}`, radii, hu, ...more };
}

function inColon(structure: 'colon_tumor' | 'colon_lesion', hu: number, ...radii: number[]): LesionRequest[] {
  return radii.map((r) => ({ structure, organ: 'colon', radii: [r, r, r * 1.2], hu }));
}

const embraces = (...pairs: readonly (readonly [StructureId, number])[]) =>
  pairs.map(([vessel, degrees]) => ({ vessel, degrees }));
const SMA = 'superior_mesenteric_artery';
const SMV = 'superior_mesenteric_vein';

export const RECIPES: readonly Recipe[] = [
  {
    about: 'simple renal cyst and a colon tumor, organs normal, unenhanced',
    plan: { ...NORMAL, phase: 'unenhanced' },
    lesions: () => [...inKidney('left', 'kidney_cyst', 6, 12), ...inColon('colon_tumor', 42, 11)],
  },
  {
    about: 'adenocarcinoma of the head (T2) against the duodenum with clustered liver metastases',
    plan: {
      ...NORMAL,
      phase: 'portal-venous',
      liver: 1600,
      spleen: 415,
      pancreas: 88,
      kidneyLeft: 168,
      against: 'duodenum',
    },
    lesions: (rng) => [
      inPancreas('head', 'pancreas_pdac', 58, [15, 9, 9], { against: 'duodenum' }),
      ...inLiver(rng, [3, 1, 1], { hu: 62 }),
    ],
  },
  {
    about: 'moderately fatty, large liver; fatty, large pancreas; solid renal mass; small PNET; unenhanced',
    plan: {
      ...NORMAL,
      phase: 'unenhanced',
      liver: 1935,
      pancreas: 116,
      kidneyRight: 198,
      kidneyLeft: 152,
      hu: { liver: 44, spleen: 60, pancreas: 32 },
    },
    lesions: () => [
      ...inKidney('right', 'kidney_tumor', 45, 13),
      inPancreas('tail', 'pancreas_pnet', 44, [8, 8, 8]),
      ...inColon('colon_lesion', 40, 10),
    ],
  },
  {
    about: 'portal hypertension with moderate splenomegaly; large mucinous cyst; tumors of the left kidney',
    plan: {
      ...NORMAL,
      ...CIRRHOTIC,
      phase: 'portal-venous',
      spleen: 640,
      pancreas: 97,
      kidneyRight: 150,
      kidneyLeft: 194,
      against: 'stomach',
    },
    lesions: () => [
      inPancreas('tail', 'pancreas_cyst', 5, [19, 8, 9], { against: 'stomach' }),
      ...inKidney('left', 'kidney_tumor', 95, 13, 10),
      ...inKidney('right', 'kidney_cyst', 9, 8),
    ],
  },
  {
    about:
      'adenocarcinoma round the superior mesenteric artery (T4); a large isoattenuating liver tumor; arterial',
    plan: {
      ...NORMAL,
      phase: 'arterial',
      liver: 1600,
      pancreas: 90,
      spleen: 190,
      kidneyRight: 196,
      hu: { liver: 75 },
    },
    lesions: (rng) => [
      inPancreas('head', 'pancreas_pdac', 70, [16, 11, 10], { embraces: embraces([SMA, 290]) }),
      ...inLiver(rng, [1], { hu: 75, largest: ISO }),
      ...inColon('colon_tumor', 95, 12),
    ],
  },
  {
    about:
      'severely fatty liver and fatty pancreas, mild splenomegaly; dense renal lesion; pseudocyst; unenhanced',
    plan: {
      ...NORMAL,
      phase: 'unenhanced',
      spleen: 365,
      kidneyRight: 150,
      hu: { liver: 25, spleen: 55, pancreas: 30 },
      against: 'duodenum',
    },
    lesions: (rng) => [
      ...inKidney('left', 'kidney_lesion', 86, 12),
      inPancreas('head', 'pancreas_cyst', 25, [8, 7.5, 8], { against: 'duodenum' }),
      ...inLiver(rng, [1, 1], { structure: 'liver_cyst', hu: 7, largest: 13, others: 10 }),
    ],
  },
  {
    about:
      'the same patient, enhanced: severe splenomegaly, scattered metastases with an outlier, large PNET against the colon',
    followUp: true,
    plan: {
      ...NORMAL,
      ...CIRRHOTIC,
      phase: 'portal-venous',
      spleen: 838,
      pancreas: 96,
      kidneyLeft: 168,
      against: 'colon',
    },
    lesions: (rng) => [
      inPancreas('body', 'pancreas_pnet', 142, [25, 10, 9], { against: 'colon' }),
      ...inLiver(rng, [1, 1, 1, 1, 1, 1], { hu: 66, largest: 13, others: 8.4 }),
    ],
  },
  {
    about:
      'adenocarcinoma of the body (T3); large liver with lesions in two segments; large right kidney with cysts',
    plan: { ...NORMAL, phase: 'portal-venous', liver: 1910, pancreas: 92, kidneyRight: 312, kidneyLeft: 176 },
    lesions: (rng) => [
      inPancreas('body', 'pancreas_pdac', 60, [25, 9, 9]),
      ...inLiver(rng, [3, 3], { hu: 64 }),
      ...inKidney('right', 'kidney_cyst', 8, 15, 11),
      ...inKidney('left', 'kidney_cyst', 8, 8),
    ],
  },
  {
    about: 'large isoattenuating liver tumor, fatty pancreas, colon lesion, unenhanced',
    plan: {
      ...NORMAL,
      phase: 'unenhanced',
      liver: 1620,
      spleen: 182,
      kidneyLeft: 168,
      hu: { liver: 63, spleen: 47, pancreas: 28 },
    },
    lesions: () => [
      { structure: 'liver_tumor', organ: 'liver', part: 'liver_segment_7', radii: [24, 29, 20], hu: 63 },
      ...inColon('colon_lesion', 44, 11),
    ],
  },
  {
    about:
      'adenocarcinoma under 2 cm that touches the superior mesenteric artery; liver metastases; renal tumor',
    plan: {
      ...NORMAL,
      phase: 'delayed',
      liver: 1350,
      spleen: 452,
      kidneyRight: 142,
      kidneyLeft: 184,
      pancreas: 86,
    },
    lesions: (rng) => [
      inPancreas('head', 'pancreas_pdac', 52, [9, 9, 8.5], { embraces: embraces([SMA, 105]) }),
      ...inLiver(rng, [2, 1, 1, 1], { hu: 58 }),
      ...inKidney('right', 'kidney_tumor', 82, 12),
    ],
  },
  {
    about:
      'mildly fatty liver, portal hypertension; PNET (T2) on the mesenteric vein; renal cyst; unenhanced',
    plan: {
      ...NORMAL,
      ...CIRRHOTIC,
      phase: 'unenhanced',
      spleen: 700,
      pancreas: 84,
      hu: { liver: 54, spleen: 60, pancreas: 48 },
    },
    lesions: () => [
      inPancreas('body', 'pancreas_pnet', 55, [15, 10, 9], { embraces: embraces([SMV, 105]) }),
      ...inKidney('right', 'kidney_cyst', 10, 13),
      ...inColon('colon_tumor', 43, 12, 9),
    ],
  },
  {
    about:
      'the same patient, enhanced: severe splenomegaly, clustered outlier, PDAC of the tail (T2) and a small cyst',
    followUp: true,
    plan: { ...NORMAL, ...CIRRHOTIC, phase: 'portal-venous', spleen: 836, pancreas: 80, kidneyLeft: 168 },
    lesions: (rng) => [
      inPancreas('tail', 'pancreas_pdac', 57, [14, 9, 9]),
      inPancreas('body', 'pancreas_cyst', 6, [9, 7, 7]),
      ...inLiver(rng, [2, 1], { hu: 60, largest: 14, others: 8.5 }),
      ...inKidney('right', 'kidney_tumor', 90, 11),
      ...inKidney('left', 'kidney_tumor', 90, 11),
      ...inColon('colon_lesion', 100, 11),
    ],
  },
  {
    about: 'PNET of the tail round the celiac trunk (T4); hypervascular metastases; renal cyst; arterial',
    plan: { ...NORMAL, phase: 'arterial', spleen: 242, pancreas: 94, kidneyLeft: 168 },
    lesions: (rng) => [
      inPancreas('tail', 'pancreas_pnet', 160, [13, 10.5, 9.5], {
        embraces: embraces(['celiac_trunk', 305]),
      }),
      ...inLiver(rng, [2, 2, 1, 1], { hu: 128 }),
      ...inKidney('left', 'kidney_cyst', 7, 10, 8),
    ],
  },
  {
    about: 'moderate splenomegaly, renal masses with fat, large pseudocyst of the tail, unenhanced',
    plan: {
      ...NORMAL,
      phase: 'unenhanced',
      spleen: 562,
      pancreas: 97,
      kidneyRight: 186,
      kidneyLeft: 150,
      hu: { liver: 64, spleen: 50, pancreas: 44 },
      against: 'small_bowel',
    },
    lesions: () => [
      inPancreas('tail', 'pancreas_cyst', 24, [19, 8, 9], { against: 'small_bowel' }),
      ...inKidney('left', 'kidney_tumor', -42, 12, 9),
    ],
  },
  {
    about: 'two colon tumors, both kidneys large, nothing else',
    plan: { ...NORMAL, phase: 'portal-venous', liver: 1660, spleen: 274, kidneyRight: 292, kidneyLeft: 334 },
    lesions: () => inColon('colon_tumor', 105, 12, 10),
  },
  {
    about:
      'adenocarcinoma round mesenteric artery and vein; isoattenuating liver metastasis; cysts of the right kidney',
    plan: {
      ...NORMAL,
      phase: 'portal-venous',
      liver: 1640,
      spleen: 222,
      pancreas: 96,
      kidneyRight: 190,
      kidneyLeft: 160,
      hu: { liver: 110 },
    },
    lesions: (rng) => [
      inPancreas('body', 'pancreas_pdac', 56, [18, 11, 10], { embraces: embraces([SMA, 290], [SMV, 110]) }),
      ...inLiver(rng, [1], { hu: 110, largest: ISO }),
      ...inKidney('right', 'kidney_cyst', 8, 13, 10, 8),
    ],
  },
];

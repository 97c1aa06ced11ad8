// Voxel-exact phantoms without noise: blocks of voxels on the edges where rules decide. Truth is a count of voxels.
import type { Vec3 } from '../domain/geometry.ts';
import { at, type Block, type BlockCase, type BlockLesion, describeBlocks } from './blocks.ts';
import { type Phantom, phantomOf } from './phantom.ts';

const WHOLE: Block = [
  [4, 36],
  [4, 28],
  [4, 20],
];

const liver = { block: WHOLE, hu: 100 };
const pancreas = { block: WHOLE, hu: 90 };
const SMA = 'superior_mesenteric_artery';
const LUMEN: Block = [
  [18, 21],
  [14, 17],
  [2, 22],
];
/** Blocks of three by three voxels on the right, left, front and back of the lumen. */
const SIDES: readonly Block[] = [
  at([21, 14, 8], [3, 3, 6]),
  at([15, 14, 8], [3, 3, 6]),
  at([18, 17, 8], [3, 3, 6]),
  at([18, 11, 8], [3, 3, 6]),
];

/** A tumor on `count` of the four sides of a square vessel; blocks over its corners join them. */
function embracing(count: number): BlockCase {
  const corners: readonly Block[] = [
    at([21, 17, 8], [3, 3, 6]),
    at([15, 17, 8], [3, 3, 6]),
    at([15, 11, 8], [3, 3, 6]),
    at([21, 11, 8], [3, 3, 6]),
  ];
  // Round the vessel: right, front, left, back; a corner block between each two.
  const round = [SIDES[0], SIDES[2], SIDES[1], SIDES[3]];
  const blocks = round.slice(0, count).flatMap((side, i) => (i === 0 ? [side] : [corners[i - 1], side]));
  const degrees = 90 * count;
  return {
    id: `hard-contact-${degrees}`,
    about: `a tumor on ${count} of the four sides of a square artery: ${degrees}° of its outline`,
    voxel: 2,
    organs: { pancreas },
    vessels: { [SMA]: LUMEN },
    lesions: [
      { structure: 'pancreas_pdac', organ: 'pancreas', blocks, touches: [{ structure: SMA, degrees }] },
    ],
    absent: ['celiac_trunk', 'common_hepatic_artery'],
  };
}

const liverTumor = (...blocks: Block[]): BlockLesion => ({
  structure: 'liver_tumor',
  organ: 'liver',
  blocks,
});
const small: Vec3 = [2, 2, 2];

const CASES: readonly BlockCase[] = [
  {
    id: 'hard-organ-on-face',
    about: 'a liver that the field of view cuts off, and a spleen that it just holds',
    voxel: 5,
    organs: {
      liver: {
        block: [
          [20, 40],
          [4, 28],
          [4, 20],
        ],
        hu: 100,
      },
      spleen: {
        block: [
          [1, 12],
          [4, 28],
          [1, 23],
        ],
        hu: 120,
      },
    },
  },
  {
    id: 'hard-speck',
    about: 'a lesion of 512 mm³ and a speck of one voxel, 8 mm³',
    voxel: 2,
    organs: { liver },
    lesions: [liverTumor(at([8, 8, 8], [4, 4, 4])), liverTumor(at([24, 20, 12], [1, 1, 1]))],
  },
  {
    id: 'hard-tied-kidneys',
    about: 'two kidneys of equal volume',
    voxel: 5,
    organs: {
      kidney_right: { block: at([24, 8, 4], [8, 8, 16]), hu: 170 },
      kidney_left: { block: at([8, 8, 4], [8, 8, 16]), hu: 170 },
    },
    absent: ['kidney', 'kidney_tumor', 'kidney_cyst', 'kidney_lesion'],
  },
  {
    id: 'hard-one-kidney',
    about: 'the left kidney was looked for and is absent',
    voxel: 5,
    organs: { kidney_right: { block: at([24, 8, 4], [8, 8, 16]), hu: 170 } },
    absent: ['kidney_left', 'kidney', 'kidney_tumor'],
  },
  {
    id: 'hard-equal-burden',
    about: 'each kidney carries a tumor of the same volume',
    voxel: 5,
    organs: {
      kidney_right: { block: at([24, 8, 4], [8, 8, 16]), hu: 170 },
      kidney_left: { block: at([8, 8, 4], [8, 8, 16]), hu: 170 },
    },
    lesions: [
      { structure: 'kidney_tumor', organ: 'kidney_right', blocks: [at([26, 10, 6], [4, 4, 4])] },
      { structure: 'kidney_tumor', organ: 'kidney_left', blocks: [at([10, 10, 6], [4, 4, 4])] },
    ],
    absent: ['kidney', 'kidney_cyst'],
  },
  {
    id: 'hard-outlier-at-three',
    about: 'three lesions, the largest exactly three times the second',
    voxel: 3,
    organs: { liver },
    lesions: [
      liverTumor(at([8, 8, 8], [6, 2, 2])),
      liverTumor(at([8, 20, 8], small)),
      liverTumor(at([24, 20, 8], small)),
    ],
  },
  {
    id: 'hard-outlier-below-three',
    about: 'three lesions, the largest one voxel short of three times the second',
    voxel: 3,
    organs: { liver },
    lesions: [
      liverTumor(at([8, 8, 8], [5, 2, 2]), at([13, 8, 8], [1, 2, 1]), at([13, 8, 9], [1, 1, 1])),
      liverTumor(at([8, 20, 8], small)),
      liverTumor(at([24, 20, 8], small)),
    ],
  },
  {
    id: 'hard-two-lesions-no-outlier',
    about: 'two lesions, one ten times the other: too few for an outlier',
    voxel: 3,
    organs: { liver },
    lesions: [liverTumor(at([8, 8, 8], [5, 4, 4])), liverTumor(at([24, 20, 8], small))],
  },
  {
    id: 'hard-spleen-314.5',
    about: 'a spleen of exactly 314.5 cm³',
    voxel: 5,
    shape: [24, 32, 44],
    organs: { spleen: { block: at([8, 8, 4], [4, 17, 37]), hu: 120 } },
  },
  {
    id: 'hard-spleen-one-voxel-more',
    about: 'a spleen one voxel above 314.5 cm³',
    voxel: 5,
    shape: [24, 32, 44],
    organs: { spleen: { block: at([8, 8, 4], [4, 17, 37]), more: at([12, 8, 4], [1, 1, 1]), hu: 120 } },
  },
  {
    id: 'hard-spleen-500',
    about: 'a spleen of exactly 500 cm³',
    voxel: 5,
    organs: { spleen: { block: at([4, 4, 2], [10, 20, 20]), hu: 120 } },
  },
  {
    id: 'hard-spleen-800',
    about: 'a spleen of exactly 800 cm³',
    voxel: 5,
    organs: { spleen: { block: at([4, 4, 2], [16, 20, 20]), hu: 120 } },
  },
  {
    id: 'hard-liver-1800',
    about: 'a liver of exactly 1800 cm³',
    voxel: 5,
    organs: { liver: { block: at([4, 4, 2], [30, 24, 20]), hu: 100 } },
  },
  {
    id: 'hard-ratio-one',
    about: 'liver and spleen both at 58 HU: ratio exactly 1.0, attenuation exactly on grade 0',
    voxel: 5,
    phase: 'unenhanced',
    organs: {
      liver: { block: at([20, 4, 2], [16, 20, 20]), hu: 58 },
      spleen: { block: at([4, 4, 2], [8, 8, 8]), hu: 58 },
    },
  },
  {
    id: 'hard-ratio-seven-tenths',
    about: 'pancreas at 35 and spleen at 50 HU: ratio exactly 0.70; liver at 40 HU, ratio exactly 0.8',
    voxel: 5,
    phase: 'unenhanced',
    organs: {
      liver: { block: at([20, 4, 2], [16, 20, 20]), hu: 40 },
      spleen: { block: at([4, 4, 2], [8, 8, 8]), hu: 50 },
      pancreas: { block: at([4, 16, 2], [10, 6, 6]), hu: 35 },
    },
  },
  ...[-10, 20, 70].map(
    (hu): BlockCase => ({
      id: `hard-renal-mass-${hu < 0 ? `minus-${-hu}` : hu}`,
      about: `a renal cyst of exactly ${hu} HU`,
      voxel: 4,
      phase: 'unenhanced',
      organs: {
        kidney_right: { block: at([24, 8, 4], [8, 8, 16]), hu: 34 },
        kidney_left: { block: at([8, 8, 4], [8, 8, 16]), hu: 34 },
      },
      lesions: [{ structure: 'kidney_cyst', organ: 'kidney_left', blocks: [at([10, 10, 6], [4, 4, 4])], hu }],
      absent: ['kidney', 'kidney_tumor'],
    }),
  ),
  {
    id: 'hard-pseudocyst-14.5',
    about: 'a pancreatic cyst of exactly 14.5 HU and 3 cm³',
    voxel: 5,
    organs: { pancreas },
    lesions: [
      { structure: 'pancreas_cyst', organ: 'pancreas', blocks: [at([10, 10, 8], [3, 2, 4])], hu: 14.5 },
    ],
  },
  ...(
    [
      [20, 4, 5],
      [40, 7, 9],
    ] as const
  ).map(
    ([mm, nx, ny]): BlockCase => ({
      id: `hard-tumor-${mm}-mm`,
      about: `an adenocarcinoma of exactly ${mm} mm between voxel centres`,
      voxel: 4,
      organs: { pancreas },
      lesions: [{ structure: 'pancreas_pdac', organ: 'pancreas', blocks: [at([10, 10, 8], [nx, ny, 3])] }],
      absent: [SMA, 'celiac_trunk', 'common_hepatic_artery'],
    }),
  ),
  ...[1, 2, 3, 4].map(embracing),
  {
    id: 'hard-touching-organ',
    about: 'a lesion on the surface of the liver against the stomach',
    voxel: 3,
    organs: {
      liver: {
        block: [
          [4, 20],
          [4, 28],
          [4, 20],
        ],
        hu: 100,
      },
      stomach: {
        block: [
          [20, 36],
          [4, 28],
          [4, 20],
        ],
        hu: 60,
      },
    },
    lesions: [{ ...liverTumor(at([16, 12, 8], [4, 4, 4])), touches: [{ structure: 'stomach' }] }],
  },
  {
    id: 'hard-one-voxel-off',
    about: 'a lesion one voxel below the surface of the liver, which touches nothing',
    voxel: 3,
    organs: {
      liver: {
        block: [
          [4, 20],
          [4, 28],
          [4, 20],
        ],
        hu: 100,
      },
      stomach: {
        block: [
          [20, 36],
          [4, 28],
          [4, 20],
        ],
        hu: 60,
      },
    },
    lesions: [liverTumor(at([15, 12, 8], [4, 4, 4]))],
  },
  {
    id: 'hard-corner',
    about: 'two blocks that meet in one corner: one lesion by 26-connectivity',
    voxel: 3,
    organs: { liver },
    lesions: [liverTumor(at([8, 8, 8], small), at([10, 10, 10], small))],
  },
  {
    id: 'hard-clustering-half',
    about: 'four lesions: two in one segment (exactly half), three in two segments (exactly three quarters)',
    voxel: 3,
    organs: { liver },
    segments: {
      liver_segment_5: [4, 12],
      liver_segment_6: [12, 20],
      liver_segment_7: [20, 28],
      liver_segment_8: [28, 36],
    },
    lesions: [
      liverTumor(at([6, 8, 8], [3, 2, 2])),
      liverTumor(at([6, 20, 8], small)),
      liverTumor(at([14, 8, 8], small)),
      liverTumor(at([22, 8, 8], small)),
    ],
  },
  {
    id: 'hard-nothing-there',
    about: 'every lesion kind was looked for and none is there',
    voxel: 5,
    organs: {
      liver: { block: at([4, 4, 2], [10, 10, 10]), hu: 100 },
      pancreas: { block: at([20, 4, 2], [10, 6, 6]), hu: 90 },
    },
    absent: [
      'liver_lesion',
      'liver_tumor',
      'liver_cyst',
      'pancreas_lesion',
      'pancreas_pdac',
      'pancreas_pnet',
      'pancreas_cyst',
      'colon_lesion',
      'colon_tumor',
    ],
  },
];

/**
 * The hard cases: no noise, one patient each, cubic voxels. Every value of their truth is exact, and longest axial
 * diameters are between voxel centres.
 */
export function hardCases(): Phantom[] {
  return CASES.map((one) => {
    const { id, about } = one;
    return phantomOf({ id, patient: id, about }, describeBlocks(one));
  });
}

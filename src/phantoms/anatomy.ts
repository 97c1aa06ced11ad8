// The phantom's body: where organs and vessels lie, and how large they may grow without touching one another.
import type { Phase } from '../domain/case.ts';
import type { Vec3 } from '../domain/geometry.ts';
import type { StructureId } from '../domain/structures.ts';
import type { OrganDescription, PhantomDescription, PhantomGrid, VesselDescription } from './description.ts';
import {
  type Bounds,
  type Cylinder,
  type Ellipsoid,
  EVERYWHERE,
  FAR,
  heightOfFraction,
  volumeOf,
} from './shapes.ts';

/** Field of view in mm, centred on the origin. */
export const FIELD: Vec3 = [336, 336, 320];

/** The default grid: 3.5 × 3.5 × 5 mm, stored as RAS. Another shape covers the same field of view. */
export function phantomGrid(shape: Vec3 = [96, 96, 64], axes = 'RAS'): PhantomGrid {
  return {
    shape,
    spacing: [FIELD[0] / shape[0], FIELD[1] / shape[1], FIELD[2] / shape[2]],
    origin: [-FIELD[0] / 2, -FIELD[1] / 2, -FIELD[2] / 2],
    axes,
  };
}

/** Volumes are in cm³. The largest that fit: liver 2050, spleen 864, pancreas 140, kidney 360. */
export interface BodyPlan {
  readonly phase: Phase;
  readonly liver: number;
  readonly spleen: number;
  readonly pancreas: number;
  readonly kidneyRight: number;
  readonly kidneyLeft: number;
  /** Share of the liver in its medial slab (segments 1 and 4). */
  readonly medialShare: number;
  /** Share of the medial slab, about, that is the caudate lobe (segment 1). */
  readonly caudateShare: number;
  /** Attenuations that differ from the phase's own. */
  readonly hu?: Readonly<Partial<Record<StructureId, number>>>;
  /** A hollow organ that lies directly against the pancreas: below its head, body or tail, or above it. */
  readonly against?: 'duodenum' | 'colon' | 'small_bowel' | 'stomach';
}

type Attenuations = Readonly<Record<string, number>>;

const UNENHANCED: Attenuations = {
  liver: 62,
  spleen: 48,
  pancreas: 42,
  kidney: 34,
  bowel: 25,
  artery: 42,
  vein: 42,
  fluid: 8,
};
const HU: Readonly<Record<Phase, Attenuations>> = {
  unenhanced: UNENHANCED,
  arterial: {
    liver: 75,
    spleen: 122,
    pancreas: 112,
    kidney: 165,
    bowel: 60,
    artery: 310,
    vein: 70,
    fluid: 8,
  },
  'portal-venous': {
    liver: 110,
    spleen: 124,
    pancreas: 98,
    kidney: 175,
    bowel: 70,
    artery: 155,
    vein: 170,
    fluid: 8,
  },
  delayed: { liver: 88, spleen: 96, pancreas: 80, kidney: 135, bowel: 55, artery: 110, vein: 112, fluid: 8 },
  unknown: UNENHANCED,
};

/** Half-axes of an ellipsoid of a volume in cm³ and a shape given by its proportions. */
function radiiFor(cm3: number, proportions: Vec3): Vec3 {
  const unit = (4 / 3) * Math.PI * proportions[0] * proportions[1] * proportions[2];
  const scale = Math.cbrt((cm3 * 1000) / unit);
  return [proportions[0] * scale, proportions[1] * scale, proportions[2] * scale];
}

const LIVER: Vec3 = [61, 23, 78];
const SPLEEN: Vec3 = [-95, -35, 92];
/** The pancreas is cut flat below and above, where hollow organs may lie against it. */
export const PANCREAS = { center: [0, 12, -12.5] as Vec3, zMin: -25, zMax: 0, headFrom: 28, tailBelow: -28 };
export const KIDNEY_Z = -65;

function pancreasShape(cm3: number): Ellipsoid {
  const shape = (scale: number): Ellipsoid => ({
    kind: 'ellipsoid',
    center: PANCREAS.center,
    radii: [80 * scale, 18 * scale, 42 * scale],
    zMin: PANCREAS.zMin,
    zMax: PANCREAS.zMax,
  });
  let low = 0.5;
  let high = 1.5;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (volumeOf(shape(middle)) < cm3 * 1000) low = middle;
    else high = middle;
  }
  return shape(low);
}

/** Eight segments cut by planes; the caudate lobe is the back of the medial slab, other slabs are halved by height. */
function liverSegments({ center, radii }: Ellipsoid, { medialShare, caudateShare }: BodyPlan) {
  const rest = 1 - medialShare;
  // Lateral, medial, right anterior, right posterior, from the patient's left to the right.
  const lateral = rest * 0.25;
  const anterior = rest * 0.35;
  const at = (share: number) => center[0] + radii[0] * heightOfFraction(share);
  const cuts = [-FAR, at(lateral), at(lateral + medialShare), at(lateral + medialShare + anterior), FAR];
  const slab = (
    n: number,
    from: Partial<Record<'y' | 'z', number>>,
    to: Partial<Record<'y' | 'z', number>>,
  ): Bounds => ({
    min: [cuts[n], from.y ?? -FAR, from.z ?? -FAR],
    max: [cuts[n + 1], to.y ?? FAR, to.z ?? FAR],
  });
  const y = center[1] + radii[1] * heightOfFraction(caudateShare);
  const z = center[2];
  const segments: readonly (readonly [number, Bounds])[] = [
    [1, slab(1, {}, { y })],
    [2, slab(0, { z }, {})],
    [3, slab(0, {}, { z })],
    [4, slab(1, { y }, {})],
    [5, slab(2, {}, { z })],
    [6, slab(3, {}, { z })],
    [7, slab(3, { z }, {})],
    [8, slab(2, { z }, {})],
  ];
  return segments.map(([n, within]) => ({ id: `liver_segment_${n}`, within }));
}

function tube(x: number, y: number, radius: number, zMin: number, zMax: number): Cylinder {
  return { kind: 'cylinder', center: [x, y], radii: [radius, radius], zMin, zMax };
}

/** Vessels at rest: those near the pancreas run 13 mm behind it. */
export const VESSELS: Readonly<Record<StructureId, Cylinder>> = {
  aorta: tube(-12, -72, 10, -150, 150),
  postcava: tube(18, -67, 11, -150, 150),
  superior_mesenteric_artery: tube(-5, -24, 5, -60, 0),
  superior_mesenteric_vein: tube(14, -26, 6, -60, 0),
  portal_vein_and_splenic_vein: tube(28, -24, 6, -60, 0),
  celiac_trunk: tube(-18, -25, 4.5, -40, 0),
  common_hepatic_artery: tube(-30, -24, 4.5, -40, 0),
};
const VEINS = ['postcava', 'superior_mesenteric_vein', 'portal_vein_and_splenic_vein'];

/** What every phantom is annotated for. */
export const ANNOTATED: readonly StructureId[] = [
  'liver',
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `liver_segment_${n}`),
  'spleen',
  'pancreas',
  'pancreas_head',
  'pancreas_body',
  'pancreas_tail',
  'kidney',
  'kidney_left',
  'kidney_right',
  'colon',
  'stomach',
  'duodenum',
  'small_bowel',
  'gallbladder',
  ...Object.keys(VESSELS),
  'liver_lesion',
  'liver_tumor',
  'liver_cyst',
  'kidney_lesion',
  'kidney_tumor',
  'kidney_cyst',
  'pancreas_lesion',
  'pancreas_pdac',
  'pancreas_pnet',
  'pancreas_cyst',
  'colon_lesion',
  'colon_tumor',
];

/** Organs and vessels of a plan, without lesions. */
export function bodyOf(plan: BodyPlan): Pick<PhantomDescription, 'background' | 'organs' | 'vessels'> {
  const phaseHu = HU[plan.phase];
  const hu = (id: StructureId, kind: string) => plan.hu?.[id] ?? phaseHu[kind];
  const liver: Ellipsoid = { kind: 'ellipsoid', center: LIVER, radii: radiiFor(plan.liver, [89, 74, 73]) };
  const pancreas = pancreasShape(plan.pancreas);
  const kidney = (side: 1 | -1, cm3: number): Ellipsoid => ({
    kind: 'ellipsoid',
    center: [side * 73.5, -54, KIDNEY_Z],
    radii: radiiFor(cm3, [28, 30, 51]),
  });
  const { headFrom, tailBelow, zMin, zMax } = PANCREAS;
  /** A hollow organ below the pancreas: against it, or a centimetre lower. */
  const below = (id: string, minX: number, maxX: number) => {
    const top = plan.against === id ? zMin : zMin - 10;
    return { kind: 'box', min: [minX, -3.5, top - 30], max: [maxX, 31.5, top] } as const;
  };
  const antrum = plan.against === 'stomach' ? zMax : zMax + 10;
  const colonLeft: Cylinder = {
    kind: 'cylinder',
    center: [-127, 10],
    radii: [18, 18],
    zMin: -130,
    zMax: -10,
  };
  const organs: OrganDescription[] = [
    { id: 'liver', shapes: [liver], hu: hu('liver', 'liver'), parts: liverSegments(liver, plan) },
    {
      id: 'spleen',
      shapes: [{ kind: 'ellipsoid', center: SPLEEN, radii: radiiFor(plan.spleen, [55, 60, 62.5]) }],
      hu: hu('spleen', 'spleen'),
    },
    {
      id: 'pancreas',
      shapes: [pancreas],
      hu: hu('pancreas', 'pancreas'),
      parts: [
        { id: 'pancreas_head', within: { ...EVERYWHERE, min: [headFrom, -FAR, -FAR] } },
        {
          id: 'pancreas_body',
          within: { min: [tailBelow, -FAR, -FAR], max: [headFrom, FAR, FAR] },
        },
        { id: 'pancreas_tail', within: { ...EVERYWHERE, max: [tailBelow, FAR, FAR] } },
      ],
    },
    { id: 'kidney_right', shapes: [kidney(1, plan.kidneyRight)], hu: hu('kidney_right', 'kidney') },
    { id: 'kidney_left', shapes: [kidney(-1, plan.kidneyLeft)], hu: hu('kidney_left', 'kidney') },
    {
      id: 'colon',
      shapes: [colonLeft, { ...colonLeft, center: [127, 10] }, below('colon', -24.5, 24.5)],
      hu: hu('colon', 'bowel'),
    },
    {
      id: 'stomach',
      shapes: [
        { kind: 'ellipsoid', center: [-76, 66, 50], radii: [40, 28, 50] },
        { kind: 'box', min: [-77, -3.5, antrum], max: [-31.5, 24.5, antrum + 20] },
      ],
      hu: hu('stomach', 'bowel'),
    },
    { id: 'duodenum', shapes: [below('duodenum', 31.5, 77)], hu: hu('duodenum', 'bowel') },
    { id: 'small_bowel', shapes: [below('small_bowel', -77, -31.5)], hu: hu('small_bowel', 'bowel') },
    {
      id: 'gallbladder',
      shapes: [{ kind: 'ellipsoid', center: [70, 66, -30], radii: [15, 18, 24] }],
      hu: hu('gallbladder', 'fluid'),
    },
  ];
  const vessels = Object.entries(VESSELS).map(
    ([id, shape]): VesselDescription => ({ id, shape, hu: hu(id, VEINS.includes(id) ? 'vein' : 'artery') }),
  );
  return { background: BACKGROUND, organs, vessels };
}

function trunk(a: number, b: number): Cylinder {
  return { kind: 'cylinder', center: [0, 0], radii: [a, b], zMin: -FIELD[2], zMax: FIELD[2] };
}

/** Subcutaneous fat, muscle, visceral fat, spine. */
const BACKGROUND: PhantomDescription['background'] = [
  { shape: trunk(166, 126), hu: -105 },
  { shape: trunk(156, 116), hu: 52 },
  { shape: trunk(149, 109), hu: -98 },
  { shape: { ...trunk(20, 17), center: [2, -103] }, hu: 260 },
];

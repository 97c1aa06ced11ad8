// What makes one patient differ from another with the same findings: sizes and attenuations, by seed.
import type { Random } from '../domain/random.ts';
import type { StructureId } from '../domain/structures.ts';
import type { BodyPlan } from './anatomy.ts';
import type { OrganDescription, PhantomGrid } from './description.ts';
import type { LesionRequest } from './lesions.ts';

/** Sizes vary by 1.5 %, of liver and kidneys by 4 %, short of any threshold; kidneys of equal size stay equal. */
export function individualPlan(plan: BodyPlan, rng: Random): BodyPlan {
  const vary = (cm3: number, by = 0.015) => cm3 * rng.uniform(1 - by, 1 + by);
  const kidneys = vary(1, 0.04);
  return {
    ...plan,
    liver: vary(plan.liver, 0.04),
    spleen: vary(plan.spleen),
    pancreas: vary(plan.pancreas),
    kidneyRight: plan.kidneyRight * kidneys,
    kidneyLeft: plan.kidneyLeft * kidneys,
  };
}

/** How far attenuations vary in HU: contrast spreads differently in everyone. Too little to cross any threshold. */
const SPREAD = { contrast: 8, lesion: 3, plain: 0.9 };
/** Without contrast, of organs that no threshold is close to. */
const PLAIN: Readonly<Partial<Record<StructureId, number>>> = {
  pancreas: 2,
  kidney_left: 4,
  kidney_right: 4,
};

function organSpread(id: StructureId, { phase }: BodyPlan): number {
  return phase === 'unenhanced' ? (PLAIN[id] ?? SPREAD.plain) : SPREAD.contrast;
}

/**
 * The field of view of one patient: up to 8 % narrower than the common one, and up to an eighth longer at the
 * head, so that hardly any two scans share the lattice on which lengths and heights lie. Slices stay as thick and where they
 * are: the flat sides of the pancreas lie between two of them.
 */
export function individualGrid({ shape, spacing, origin, axes }: PhantomGrid, rng: Random): PhantomGrid {
  const wider = rng.uniform(0.92, 1);
  const [columns, rows, slices] = shape;
  return {
    shape: [columns, rows, slices + rng.int(Math.round(slices / 8) + 1)],
    spacing: [spacing[0] * wider, spacing[1] * wider, spacing[2]],
    origin: [origin[0] * wider, origin[1] * wider, origin[2]],
    axes,
  };
}

/**
 * Organs and lesions with attenuations of their own, so that no two patients share one to the digit. Lesions of one
 * patient are up to 5 % smaller than asked for, all by one factor; one as bright as its organ stays so.
 */
export function individualTissue(
  plan: BodyPlan,
  organs: readonly OrganDescription[],
  lesions: readonly LesionRequest[],
  rng: Random,
): { organs: OrganDescription[]; lesions: LesionRequest[] } {
  const shift = (id: string, spread: number) => rng.fork(id).uniform(-spread, spread);
  const ofOrgan = (id: StructureId) => shift(id, organSpread(id, plan));
  const spread = plan.phase === 'unenhanced' ? SPREAD.plain : SPREAD.lesion;
  const factor = rng.fork('size').uniform(0.95, 1);
  return {
    organs: organs.map((organ) => ({ ...organ, hu: organ.hu + ofOrgan(organ.id) })),
    lesions: lesions.map((lesion, i) => {
      const [x, y, z] = lesion.radii;
      const alike = organs.some(({ id, hu }) => id === lesion.organ && hu === lesion.hu);
      return {
        ...lesion,
        radii: [x * factor, y * factor, z * factor],
        hu: lesion.hu + (alike ? ofOrgan(lesion.organ) : shift(`lesion ${i}`, spread)),
      };
    }),
  };
}

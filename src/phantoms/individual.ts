// What makes one patient differ from another with the same findings: sizes and attenuations, by seed.
import type { Random } from '../domain/random.ts';
import type { BodyPlan } from './anatomy.ts';
import type { OrganDescription } from './description.ts';
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
const spreadOf = ({ phase }: BodyPlan) => (phase === 'unenhanced' ? 0.9 : 3);

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
  const spread = spreadOf(plan);
  const shift = (id: string) => rng.fork(id).uniform(-spread, spread);
  const factor = rng.fork('size').uniform(0.95, 1);
  return {
    organs: organs.map((organ) => ({ ...organ, hu: organ.hu + shift(organ.id) })),
    lesions: lesions.map((lesion, i) => {
      const [x, y, z] = lesion.radii;
      const alike = organs.some(({ id, hu }) => id === lesion.organ && hu === lesion.hu);
      return {
        ...lesion,
        radii: [x * factor, y * factor, z * factor],
        hu: lesion.hu + shift(alike ? lesion.organ : `lesion ${i}`),
      };
    }),
  };
}

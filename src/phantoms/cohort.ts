// The phantom cohort: seeded synthetic abdominal CT whose description is the truth.
import type { Vec3 } from '../domain/geometry.ts';
import { random } from '../domain/random.ts';
import { ANNOTATED, bodyOf, phantomGrid } from './anatomy.ts';
import { individualGrid, individualPlan, individualTissue } from './individual.ts';
import { placeLesions } from './lesions.ts';
import { type Phantom, phantomOf } from './phantom.ts';
import { RECIPES } from './recipes.ts';

export type { PhantomDescription } from './description.ts';
export { hardCases } from './hard-cases.ts';
export type { Phantom } from './phantom.ts';
export type { LesionTruth, PhantomTruth, StructureTruth } from './truth.ts';
export { writeCohort } from './write-cohort.ts';

export interface CohortOptions {
  readonly seed: number | string;
  /** Default 16: once round the recipes, which covers every question type. */
  readonly cases?: number;
  /**
   * Voxels along x, y, z of a field of view of 336 × 336 × 320 mm. Default: those of a scanner that varies,
   * 96 × 96 × 64 to 72 of a field of view that is up to 8 % narrower and 40 mm longer.
   */
  readonly shape?: Vec3;
  /** Axis codes in which volumes are stored. Default "RAS". */
  readonly axes?: string;
  /** Standard deviation of the noise in HU; 0 for none. Default 10. */
  readonly noiseHu?: number;
}

/**
 * Phantoms of a seed: equal options give equal phantoms everywhere. Every sixteen cases hold two patients with two
 * examinations each.
 * @example for (const { id, render, truth } of phantomCohort({ seed: 7 })) { … }
 */
export function phantomCohort(options: CohortOptions): Phantom[] {
  const { seed, cases = RECIPES.length, shape, axes, noiseHu = 10 } = options;
  const common = phantomGrid(shape, axes);
  const phantoms: Phantom[] = [];
  let patients = 0;
  let person = { sex: 'F' as 'F' | 'M', ageYears: 0 };
  for (let index = 0; index < cases; index++) {
    const recipe = RECIPES[index % RECIPES.length];
    const id = `phantom-${String(index + 1).padStart(3, '0')}`;
    const rng = random(seed, 'phantom', String(index));
    if (recipe.followUp) person = { ...person, ageYears: person.ageYears + 1 };
    else {
      patients++;
      person = { sex: rng.pick(['F', 'M']), ageYears: 35 + rng.int(50) };
    }
    const grid = shape === undefined ? individualGrid(common, rng.fork('grid')) : common;
    const plan = individualPlan(recipe.plan, rng);
    const body = bodyOf(plan);
    const tissue = individualTissue(plan, body.organs, recipe.lesions(rng), rng.fork('tissue'));
    const placed = placeLesions(tissue.lesions, tissue.organs, body.vessels, grid, rng);
    const patient = `phantom-patient-${String(patients).padStart(3, '0')}`;
    phantoms.push(
      phantomOf(
        { id, patient, about: recipe.about },
        {
          grid,
          phase: plan.phase,
          ...person,
          ...body,
          organs: tissue.organs,
          ...placed,
          annotated: ANNOTATED,
          noiseHu,
          seed: `${seed}/${index}`,
        },
      ),
    );
  }
  return phantoms;
}

// The criteria sets by name: what is large, fatty, staged or resectable according to whom.
import { OverreadError } from '../domain/errors.ts';
import { criteriaSets } from './criteria/registry.generated.ts';
import type { CriteriaSet, CriteriaSetId, Criterion } from './criterion.ts';

export type { Comparison, CriteriaSet, CriteriaSetId, Criterion } from './criterion.ts';
export { meets } from './criterion.ts';

export const CRITERIA_SET_IDS = Object.keys(criteriaSets) as readonly CriteriaSetId[];

/**
 * A criteria set: "published" (the released knowledge base), "radgpt" (the report rules upstream of it) or
 * "guideline" (current guidelines, borrowing from "published" where there is none and saying so).
 * Throws `bad-argument` for another name.
 */
export function criteriaSet(name: string): CriteriaSet {
  const set = (criteriaSets as Readonly<Record<string, CriteriaSet>>)[name];
  if (set === undefined || !Object.hasOwn(criteriaSets, name))
    throw new OverreadError(
      'bad-argument',
      `There is no criteria set "${name}": choose one of ${CRITERIA_SET_IDS.join(', ')}.`,
    );
  return set;
}

/** The criterion of that id in a set, or undefined. */
export function criterionOf(set: CriteriaSet, id: string): Criterion | undefined {
  return set.criteria.find((criterion) => criterion.id === id);
}

// Pancreatic tumors and the vessels they touch: what staging and resectability share.
import type { MeasurementSet, RuleSet } from '../../domain/measurement.ts';
import { structureName } from '../../domain/structures.ts';
import { tableOf, Unanswerable } from '../tool-results.ts';
import { annotated, lesionCount, present } from './structures.ts';

export const ARTERIES = ['superior_mesenteric_artery', 'celiac_trunk', 'common_hepatic_artery'] as const;
export const PORTAL_VEINS = ['portal_vein_and_splenic_vein', 'superior_mesenteric_vein'] as const;

/** The kinds that a tumor may be annotated as, the most telling first; cysts are no tumors. */
const TUMORS = ['pancreas_pdac', 'pancreas_pnet', 'pancreas_tumor'] as const;

/** Tumor structures with at least one counted lesion; "pancreas_tumor" only where kinds are not told apart. */
export function tumorsOf(set: MeasurementSet): string[] {
  const typed = TUMORS.slice(0, 2).filter((kind) => lesionCount(set, kind) > 0);
  return typed.length > 0 ? [...typed] : TUMORS.slice(2).filter((kind) => lesionCount(set, kind) > 0);
}

export const NO_TUMOR = 'there is no annotated pancreatic tumor to ask about';
export const ARTERIES_MISSING = 'the arteries beside the pancreas are not annotated';

/**
 * The vessels whose contact the gold answer knows, for a question's slots. A mask that never looked for one of them
 * says nothing about contact with it, so that no stage follows from that mask.
 */
export function vesselsAsked(set: MeasurementSet): string {
  return [...ARTERIES, ...PORTAL_VEINS, 'postcava'].filter((vessel) => present(set, vessel)).join(' ');
}

/** Contact angles by vessel, 0 where the question knows of no such vessel. */
export function anglesIn(result: unknown, vessels = ''): (vessel: string) => number {
  const angles = tableOf(result, 'contact with vessels');
  for (const vessel of vessels.split(' '))
    if (vessel !== '' && angles[vessel] === undefined)
      throw new Unanswerable(`contact with the ${structureName(vessel)} is not known`);
  return (vessel) => angles[vessel] ?? 0;
}

/**
 * Without masks of the arteries no contact can be ruled out: `strict` does not ask, `radgpt` asks as upstream does and
 * flags it. The hepatic artery alone may be missing: label sets draw it with the celiac trunk.
 */
export function arteryFlags(set: MeasurementSet, rules: RuleSet): { flags: string[] } | { skipped: string } {
  const missing = ARTERIES.slice(0, 2).filter((vessel) => !annotated(set, vessel));
  if (missing.length === 0) return { flags: [] };
  return rules === 'strict' ? { skipped: ARTERIES_MISSING } : { flags: ['arteries-not-annotated'] };
}

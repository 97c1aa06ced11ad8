// Pancreatic tumors and the vessels they touch: what staging and resectability share.
import type { MeasurementSet, RuleSet } from '../../domain/measurement.ts';
import { annotated, lesionCount } from './structures.ts';

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
 * Without masks of the arteries no contact can be ruled out: `strict` does not ask, `radgpt` asks as upstream does and
 * flags it. The hepatic artery alone may be missing: label sets draw it with the celiac trunk.
 */
export function arteryFlags(set: MeasurementSet, rules: RuleSet): { flags: string[] } | { skipped: string } {
  const missing = ARTERIES.slice(0, 2).filter((vessel) => !annotated(set, vessel));
  if (missing.length === 0) return { flags: [] };
  return rules === 'strict' ? { skipped: ARTERIES_MISSING } : { flags: ['arteries-not-annotated'] };
}

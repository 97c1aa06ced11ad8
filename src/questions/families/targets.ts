// The organs and lesion kinds that the published question set speaks of.
import { type MeasurementSet, regionOf } from '../../domain/measurement.ts';

/** Organs that are measured whole; "kidney" is both kidneys. */
export const ORGANS = ['liver', 'spleen', 'pancreas', 'kidney_left', 'kidney_right', 'kidney'] as const;

/** Lesion kinds that are counted and measured, by organ. */
export const LESIONS = [
  'liver_lesion',
  'liver_tumor',
  'liver_cyst',
  'kidney_lesion',
  'kidney_tumor',
  'kidney_cyst',
  'pancreas_lesion',
  'pancreas_cyst',
  'pancreas_pdac',
  'pancreas_pnet',
  'colon_lesion',
  'colon_tumor',
] as const;

/** Organs whose lesions are asked about as a whole. */
const LESION_ORGANS = ['liver', 'kidney', 'pancreas', 'colon'];
/** Of these, the ones that have an attenuation and parts of their own. */
const SOLID_ORGANS: readonly string[] = ['liver', 'kidney', 'pancreas'];

/**
 * What stands for all lesions of each organ: the union of its kinds where all kinds were looked for, else its tumors
 * where only those were (as in KiTS19 and LiTS).
 */
export function organLesions(set: MeasurementSet): string[] {
  return LESION_ORGANS.flatMap((organ) => {
    const found = [`${organ}_lesion`, `${organ}_tumor`].find((id) => regionOf(set, id) !== undefined);
    return found === undefined ? [] : [found];
  });
}

/** The same without hollow organs. */
export function solidOrganLesions(set: MeasurementSet): string[] {
  return organLesions(set).filter((lesion) => SOLID_ORGANS.includes(lesion.replace(/_[a-z]+$/, '')));
}

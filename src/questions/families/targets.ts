// The organs and lesion kinds that the published question set speaks of.

/** Organs that are measured whole; "kidney" is both kidneys. */
export const ORGANS = ['liver', 'spleen', 'pancreas', 'kidney_left', 'kidney_right', 'kidney'] as const;

/** Lesion kinds that are counted and measured, by organ; the first of an organ is the union. */
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
] as const;

/** Unions of all lesion kinds of an organ. */
export const ORGAN_LESIONS = ['liver_lesion', 'kidney_lesion', 'pancreas_lesion', 'colon_lesion'] as const;

/** Unions in organs whose attenuation and parts are defined. */
export const SOLID_ORGAN_LESIONS = ['liver_lesion', 'kidney_lesion', 'pancreas_lesion'] as const;

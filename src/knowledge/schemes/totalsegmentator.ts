// TotalSegmentator, task "total" of version 2: 117 structures, by number or by mask name.
import type { LabelScheme, SchemeLabel } from '../scheme.ts';

const words = (text: string) => text.trim().split(/\s+/);
const down = (prefix: string, from: number) => Array.from({ length: from }, (_, i) => `${prefix}${from - i}`);
const up = (prefix: string, to: number) => Array.from({ length: to }, (_, i) => `${prefix}${i + 1}`);

/** In the order of the label numbers, from 1. */
const ORDER: readonly string[] = [
  ...words(`
  spleen kidney_right kidney_left gallbladder liver stomach pancreas adrenal_gland_right
  adrenal_gland_left lung_upper_lobe_left lung_lower_lobe_left lung_upper_lobe_right
  lung_middle_lobe_right lung_lower_lobe_right esophagus trachea thyroid_gland small_bowel duodenum colon
  urinary_bladder prostate kidney_cyst_left kidney_cyst_right sacrum`),
  'vertebrae_S1',
  ...down('vertebrae_L', 5),
  ...down('vertebrae_T', 12),
  ...down('vertebrae_C', 7),
  ...words(`
  heart aorta pulmonary_vein brachiocephalic_trunk subclavian_artery_right subclavian_artery_left
  common_carotid_artery_right common_carotid_artery_left brachiocephalic_vein_left
  brachiocephalic_vein_right atrial_appendage_left superior_vena_cava inferior_vena_cava
  portal_vein_and_splenic_vein iliac_artery_left iliac_artery_right iliac_vena_left iliac_vena_right
  humerus_left humerus_right scapula_left scapula_right clavicula_left clavicula_right femur_left
  femur_right hip_left hip_right spinal_cord gluteus_maximus_left gluteus_maximus_right
  gluteus_medius_left gluteus_medius_right gluteus_minimus_left gluteus_minimus_right autochthon_left
  autochthon_right iliopsoas_left iliopsoas_right brain skull`),
  ...up('rib_left_', 12),
  ...up('rib_right_', 12),
  ...words('sternum costal_cartilages'),
];

/** TotalSegmentator's names that are called otherwise here. */
const CANONICAL: Readonly<Record<string, string>> = {
  inferior_vena_cava: 'postcava',
  kidney_cyst_left: 'kidney_cyst',
  kidney_cyst_right: 'kidney_cyst',
};

/** Labels numbered from 1 in the order of TotalSegmentator's names. */
export function totalSegmentatorLabels(order: readonly string[]): SchemeLabel[] {
  return order.map((name, i) =>
    CANONICAL[name] === undefined
      ? { structure: name, value: i + 1 }
      : { structure: CANONICAL[name], value: i + 1, names: [name] },
  );
}

const labels = totalSegmentatorLabels(ORDER);

export default {
  id: 'totalsegmentator',
  summary: 'TotalSegmentator 2, task total: 117 structures in CT',
  labels,
  annotated: [...new Set(labels.map((label) => label.structure)), 'kidney'],
  unions: { kidney: ['kidney_left', 'kidney_right'] },
  aliases: ['total', 'totalseg'],
} satisfies LabelScheme;

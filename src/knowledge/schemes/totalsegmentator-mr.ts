// TotalSegmentator, task "total_mr" of version 2: 50 structures in MR.
import type { LabelScheme } from '../scheme.ts';
import { totalSegmentatorLabels } from './totalsegmentator.ts';

const labels = totalSegmentatorLabels(
  `
  spleen kidney_right kidney_left gallbladder liver stomach pancreas adrenal_gland_right
  adrenal_gland_left lung_left lung_right esophagus small_bowel duodenum colon urinary_bladder prostate
  sacrum vertebrae intervertebral_discs spinal_cord heart aorta inferior_vena_cava
  portal_vein_and_splenic_vein iliac_artery_left iliac_artery_right iliac_vena_left iliac_vena_right
  humerus_left humerus_right scapula_left scapula_right clavicula_left clavicula_right femur_left
  femur_right hip_left hip_right gluteus_maximus_left gluteus_maximus_right gluteus_medius_left
  gluteus_medius_right gluteus_minimus_left gluteus_minimus_right autochthon_left autochthon_right
  iliopsoas_left iliopsoas_right brain`
    .trim()
    .split(/\s+/),
);

export default {
  id: 'totalsegmentator-mr',
  summary: 'TotalSegmentator 2, task total_mr: 50 structures in MR',
  labels,
  annotated: [...new Set(labels.map((label) => label.structure)), 'kidney'],
  unions: { kidney: ['kidney_left', 'kidney_right'] },
  aliases: ['total_mr', 'totalseg_mr'],
} satisfies LabelScheme;

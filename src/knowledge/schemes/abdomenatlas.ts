// AbdomenAtlas and RadGPT: a folder of one mask per structure, lesions and sub-segments included.
// What a case was looked through for is what its folder holds, all-zero masks included.
import { STRUCTURES } from '../../domain/structures.ts';
import type { LabelScheme, SchemeLabel } from '../scheme.ts';

/** Names under which the mask files go, where they differ from the canonical id. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  kidney_left: ['left_kidney'],
  kidney_right: ['right_kidney'],
  gallbladder: ['gall_bladder'],
  adrenal_gland_left: ['left_adrenal_gland'],
  adrenal_gland_right: ['right_adrenal_gland'],
  urinary_bladder: ['bladder'],
  esophagus: ['oesophagus'],
  small_bowel: ['intestine', 'small_intestine'],
  postcava: ['inferior_vena_cava', 'ivc'],
  celiac_trunk: ['celiac_aa', 'celiac_artery', 'celiac_axis', 'coeliac_trunk'],
  common_hepatic_artery: ['cha'],
  superior_mesenteric_artery: ['sma'],
  superior_mesenteric_vein: ['smv'],
  portal_vein_and_splenic_vein: ['portal_and_splenic_vein', 'portal_vein_splenic_vein'],
  veins: ['vein'],
  common_bile_duct: ['cbd', 'bile_duct'],
  lung_left: ['left_lung'],
  lung_right: ['right_lung'],
  pancreas_lesion: ['pancreatic_lesion'],
  pancreas_tumor: ['pancreatic_tumor', 'pancreatic_tumour'],
  pancreas_cyst: ['pancreatic_cyst'],
  pancreas_pdac: ['pancreatic_pdac', 'pdac'],
  pancreas_pnet: ['pancreatic_pnet', 'pnet'],
  liver_tumor: ['hepatic_tumor', 'liver_tumour'],
  kidney_tumor: ['renal_tumor', 'kidney_tumour'],
  colon_tumor: ['colon_tumour', 'colon_cancer'],
};

const labels: readonly SchemeLabel[] = [
  ...STRUCTURES.map(
    ({ id }): SchemeLabel => (NAMES[id] ? { structure: id, names: NAMES[id] } : { structure: id }),
  ),
  { structure: 'femur_left', names: ['left_femur'] },
  { structure: 'femur_right', names: ['right_femur'] },
];

export default {
  id: 'abdomenatlas',
  summary: 'AbdomenAtlas and RadGPT: one mask per structure, named',
  labels,
  annotated: [],
  unions: {
    kidney: ['kidney_left', 'kidney_right'],
    liver_lesion: ['liver_tumor', 'liver_cyst'],
    kidney_lesion: ['kidney_tumor', 'kidney_cyst'],
    pancreas_lesion: ['pancreas_pdac', 'pancreas_pnet', 'pancreas_cyst'],
  },
  aliases: ['radgpt', 'mask_folder'],
} satisfies LabelScheme;

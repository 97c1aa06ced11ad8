// BTCV ("Beyond the Cranial Vault"): thirteen abdominal organs.
import type { LabelScheme } from '../scheme.ts';

const labels = [
  { structure: 'spleen', value: 1 },
  { structure: 'kidney_right', value: 2, names: ['right_kidney', 'rkid'] },
  { structure: 'kidney_left', value: 3, names: ['left_kidney', 'lkid'] },
  { structure: 'gallbladder', value: 4, names: ['gall'] },
  { structure: 'esophagus', value: 5, names: ['eso'] },
  { structure: 'liver', value: 6 },
  { structure: 'stomach', value: 7, names: ['sto'] },
  { structure: 'aorta', value: 8 },
  { structure: 'postcava', value: 9, names: ['inferior_vena_cava', 'ivc'] },
  {
    structure: 'portal_vein_and_splenic_vein',
    value: 10,
    names: ['veins', 'portal_vein_splenic_vein', 'portal_and_splenic_vein'],
  },
  { structure: 'pancreas', value: 11, names: ['pan'] },
  { structure: 'adrenal_gland_right', value: 12, names: ['right_adrenal_gland', 'rad'] },
  { structure: 'adrenal_gland_left', value: 13, names: ['left_adrenal_gland', 'lad'] },
];

export default {
  id: 'btcv',
  summary: 'BTCV: 13 abdominal organs',
  labels,
  annotated: [...labels.map((label) => label.structure), 'kidney'],
  unions: { kidney: ['kidney_left', 'kidney_right'] },
} satisfies LabelScheme;

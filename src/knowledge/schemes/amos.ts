// AMOS 2022: fifteen abdominal organs.
import type { LabelScheme } from '../scheme.ts';

const labels = [
  { structure: 'spleen', value: 1 },
  { structure: 'kidney_right', value: 2, names: ['right_kidney'] },
  { structure: 'kidney_left', value: 3, names: ['left_kidney'] },
  { structure: 'gallbladder', value: 4, names: ['gall_bladder'] },
  { structure: 'esophagus', value: 5 },
  { structure: 'liver', value: 6 },
  { structure: 'stomach', value: 7 },
  { structure: 'aorta', value: 8, names: ['arota'] },
  { structure: 'postcava', value: 9 },
  { structure: 'pancreas', value: 10 },
  { structure: 'adrenal_gland_right', value: 11, names: ['right_adrenal_gland'] },
  { structure: 'adrenal_gland_left', value: 12, names: ['left_adrenal_gland'] },
  { structure: 'duodenum', value: 13 },
  { structure: 'urinary_bladder', value: 14, names: ['bladder'] },
  // One label for either organ: kept as such, so that nobody is asked about a prostate that is a uterus.
  { structure: 'prostate_or_uterus', value: 15, names: ['prostate_uterus'] },
];

export default {
  id: 'amos',
  summary: 'AMOS 2022: 15 abdominal organs',
  labels,
  annotated: [...labels.slice(0, 14).map((label) => label.structure), 'kidney'],
  unions: { kidney: ['kidney_left', 'kidney_right'] },
  aliases: ['amos22'],
} satisfies LabelScheme;

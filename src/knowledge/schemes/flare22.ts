// FLARE 2022: thirteen abdominal organs.
import type { LabelScheme } from '../scheme.ts';

const labels = [
  { structure: 'liver', value: 1 },
  { structure: 'kidney_right', value: 2, names: ['right_kidney', 'rk'] },
  { structure: 'spleen', value: 3 },
  { structure: 'pancreas', value: 4 },
  { structure: 'aorta', value: 5 },
  { structure: 'postcava', value: 6, names: ['inferior_vena_cava', 'ivc'] },
  { structure: 'adrenal_gland_right', value: 7, names: ['right_adrenal_gland', 'rag'] },
  { structure: 'adrenal_gland_left', value: 8, names: ['left_adrenal_gland', 'lag'] },
  { structure: 'gallbladder', value: 9 },
  { structure: 'esophagus', value: 10 },
  { structure: 'stomach', value: 11 },
  { structure: 'duodenum', value: 12 },
  { structure: 'kidney_left', value: 13, names: ['left_kidney', 'lk'] },
];

export default {
  id: 'flare22',
  summary: 'FLARE 2022: 13 abdominal organs',
  labels,
  annotated: [...labels.map((label) => label.structure), 'kidney'],
  unions: { kidney: ['kidney_left', 'kidney_right'] },
  aliases: ['flare', 'flare2022'],
} satisfies LabelScheme;

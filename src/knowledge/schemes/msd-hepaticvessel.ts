// Medical Segmentation Decathlon, task 8: vessels of the liver and tumors.
import type { LabelScheme } from '../scheme.ts';

export default {
  id: 'msd-hepaticvessel',
  summary: 'MSD task 8: hepatic vessels 1, liver tumor 2',
  labels: [
    { structure: 'hepatic_vessel', value: 1, names: ['vessel', 'vessels'] },
    { structure: 'liver_tumor', value: 2, names: ['tumor', 'tumour'] },
  ],
  annotated: ['hepatic_vessel', 'liver_tumor'],
  aliases: ['task08_hepaticvessel'],
} satisfies LabelScheme;

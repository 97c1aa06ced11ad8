// Medical Segmentation Decathlon, task 3, and LiTS: liver without its tumors, tumor.
import type { LabelScheme } from '../scheme.ts';

export default {
  id: 'msd-liver',
  summary: 'MSD task 3 and LiTS: liver 1, tumor 2',
  labels: [
    { structure: 'liver', value: 1 },
    { structure: 'liver_tumor', value: 2, names: ['cancer', 'tumor', 'tumour'] },
  ],
  annotated: ['liver', 'liver_tumor'],
  aliases: ['task03_liver', 'lits'],
} satisfies LabelScheme;

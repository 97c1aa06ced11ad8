// Medical Segmentation Decathlon, task 10: primary cancers of the colon, without the colon.
import type { LabelScheme } from '../scheme.ts';

export default {
  id: 'msd-colon',
  summary: 'MSD task 10: colon cancer 1',
  labels: [
    {
      structure: 'colon_tumor',
      value: 1,
      names: ['colon_cancer_primaries', 'colon_cancer', 'cancer_primaries'],
    },
  ],
  annotated: ['colon_tumor'],
  aliases: ['task10_colon'],
} satisfies LabelScheme;

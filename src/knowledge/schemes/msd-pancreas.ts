// Medical Segmentation Decathlon, task 7: pancreas without its masses; the masses are tumors and cysts alike.
import type { LabelScheme } from '../scheme.ts';

export default {
  id: 'msd-pancreas',
  summary: 'MSD task 7: pancreas 1, mass (tumor or cyst) 2',
  labels: [
    { structure: 'pancreas', value: 1 },
    // The data set's "cancer" holds IPMN, PNET and PDAC: a lesion of unsaid kind.
    { structure: 'pancreas_lesion', value: 2, names: ['cancer', 'tumor', 'tumour'] },
  ],
  annotated: ['pancreas', 'pancreas_lesion'],
  aliases: ['task07_pancreas'],
} satisfies LabelScheme;

// KiTS19: kidney without its tumors, tumor. Cysts belong to the kidney and were not looked for.
import type { LabelScheme } from '../scheme.ts';

export default {
  id: 'kits19',
  summary: 'KiTS 2019: kidney 1, tumor 2',
  labels: [
    { structure: 'kidney', value: 1 },
    { structure: 'kidney_tumor', value: 2, names: ['tumor', 'tumour'] },
  ],
  annotated: ['kidney', 'kidney_tumor'],
} satisfies LabelScheme;

// KiTS23 (and KiTS21): kidney without its masses, tumor, cyst.
import type { LabelScheme } from '../scheme.ts';

export default {
  id: 'kits23',
  summary: 'KiTS 2021 and 2023: kidney 1, tumor 2, cyst 3',
  labels: [
    { structure: 'kidney', value: 1 },
    { structure: 'kidney_tumor', value: 2, names: ['tumor', 'tumour'] },
    { structure: 'kidney_cyst', value: 3, names: ['cyst'] },
  ],
  annotated: ['kidney', 'kidney_tumor', 'kidney_cyst', 'kidney_lesion'],
  unions: { kidney_lesion: ['kidney_tumor', 'kidney_cyst'] },
  aliases: ['kits21', 'kits'],
} satisfies LabelScheme;

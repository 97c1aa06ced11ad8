// Medical Segmentation Decathlon, task 9: spleen.
import type { LabelScheme } from '../scheme.ts';

export default {
  id: 'msd-spleen',
  summary: 'MSD task 9: spleen 1',
  labels: [{ structure: 'spleen', value: 1 }],
  annotated: ['spleen'],
  aliases: ['task09_spleen'],
} satisfies LabelScheme;

// The built-in phantoms: every mask is named by its canonical structure.
import { STRUCTURES } from '../../domain/structures.ts';
import type { LabelScheme } from '../scheme.ts';

export default {
  id: 'phantom',
  summary: 'Built-in phantoms: masks named by canonical structure',
  labels: STRUCTURES.map(({ id }) => ({ structure: id })),
  annotated: [],
  unions: { kidney: ['kidney_left', 'kidney_right'] },
} satisfies LabelScheme;

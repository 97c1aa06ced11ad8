// abnormality-grounding: grounds a finding by one sentence on how it looks (AG-KD).
import { groundingStrategy } from './k2sight/grounding.ts';

export default groundingStrategy({
  id: 'abnormality-grounding',
  summary: 'tells in one sentence what a finding looks like, and boxes what fits',
  method: {
    paper: {
      title: 'Enhancing Abnormality Grounding for Vision Language Models with Knowledge Descriptions',
      arxiv: '2503.03278',
      year: 2025,
    },
    command:
      'overread run own-items --data DIR --mode boxes --reader abnormality-grounding@MODEL --option attributes=FILE',
    needs: ['items with boxes'],
    tasks: ['grounding'],
    check: async (context) => (await import('./k2sight/check.ts')).check(context, 'abnormality-grounding'),
  },
  told: ({ name, description }) => `What ${name} means: ${description}`,
});

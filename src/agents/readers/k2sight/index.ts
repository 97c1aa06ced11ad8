// k2sight: grounds a finding by its visual attributes: shape, density, location and others (K2Sight).
import { groundingStrategy } from './grounding.ts';

export default groundingStrategy({
  id: 'k2sight',
  summary: 'takes a finding apart into shape, density, location and more, and boxes what fits',
  method: {
    paper: {
      title:
        'Knowledge to Sight: Reasoning over Visual Attributes via Knowledge Decomposition for Abnormality Grounding',
      arxiv: '2508.04572',
      url: 'https://lijunrio.github.io/K2Sight/',
      year: 2025,
    },
    command: 'overread run own-items --data DIR --mode boxes --reader k2sight@MODEL --option attributes=FILE',
    needs: ['items with boxes'],
    tasks: ['grounding'],
    check: async (context) => (await import('./check.ts')).check(context, 'k2sight'),
  },
  told: ({ name, attributes }) =>
    [
      `What ${name} looks like:`,
      ...Object.entries(attributes).map(([kind, value]) => `- ${kind}: ${value}`),
    ].join('\n'),
});

// format: can it be read.
import type { EndReward } from '../reward.ts';

export default {
  id: 'format',
  summary: 'whether the answer can be parsed, less for every action that was none',
  formula: '0 without an answer that can be parsed; else (actions − invalid actions) / actions',
  when: 'end',
  value: ({ answer, steps, invalid }) =>
    answer === undefined || answer.outcome !== 'scored' ? 0 : (steps - invalid) / steps,
} satisfies EndReward as EndReward;

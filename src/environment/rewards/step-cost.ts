// step-cost: every action costs the same.
import type { StepReward } from '../reward.ts';

export default {
  id: 'step-cost',
  summary: 'a cost for every action, the answer and invalid ones included; the weight is what one costs',
  formula: '−1 after every action',
  when: 'step',
  value: () => -1,
} satisfies StepReward as StepReward;

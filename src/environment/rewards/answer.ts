// answer: is it right.
import type { EndReward } from '../reward.ts';

export default {
  id: 'answer',
  summary: 'whether the answer is right, by the scorer of reports',
  formula:
    "the answer's score in 0…1; 0 without an answer; nothing where the benchmark does not score one item",
  when: 'end',
  value: ({ answer }) => (answer === undefined ? 0 : answer.score),
} satisfies EndReward as EndReward;

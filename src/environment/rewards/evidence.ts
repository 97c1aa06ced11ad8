// evidence: how much of the gold chain was walked, and whether in order.
import { evidenceReward } from '../evidence.ts';
import type { EndReward } from '../reward.ts';

export default {
  id: 'evidence',
  summary: 'which tool results of the gold chain were obtained, and whether in its order',
  formula:
    '½ · (gold steps obtained / gold steps) + ½ · (longest common subsequence of gold steps and calls / gold steps); ' +
    'nothing where there is no gold chain or this toolset cannot walk it',
  when: 'end',
  value: ({ gold, calls }) => (gold === undefined || gold.length === 0 ? null : evidenceReward(gold, calls)),
} satisfies EndReward as EndReward;

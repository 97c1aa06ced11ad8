// Mean overlap of masks.
import { dice, type MaskPair } from '../detection/masks.ts';
import { mean } from '../detection/mean.ts';
import type { Metric } from '../metric.ts';

const metric: Metric<MaskPair, number> = {
  id: 'dice',
  summary: 'Dice overlap of masks; 1 when both are empty',
  source: 'Dice, 1945',
  better: 'higher',
  range: [0, 1],
  item: dice,
  of: mean,
};
export default metric;

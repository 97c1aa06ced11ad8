// Accuracy with every true label weighing the same.
import { balancedAccuracy, type LabelPair } from '../classification/confusion.ts';
import type { Metric } from '../metric.ts';

const metric: Metric<LabelPair, LabelPair> = {
  id: 'balanced-accuracy',
  summary: 'mean recall over true labels; an unread reply is a miss',
  source: 'Brodersen et al., 2010',
  better: 'higher',
  range: [0, 1],
  item: (pair) => pair,
  of: balancedAccuracy,
};
export default metric;

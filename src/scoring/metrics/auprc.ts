// Precision over recall when positives are rare.
import { auprc, type ScoredTruth } from '../classification/ranking.ts';
import type { Metric } from '../metric.ts';

const metric: Metric<ScoredTruth, ScoredTruth> = {
  id: 'auprc',
  summary:
    'average precision: precision times the gain in recall, summed over distinct scores, not interpolated',
  source: 'Manning et al., 2008; steps as in scikit-learn',
  better: 'higher',
  range: [0, 1],
  item: (pair) => pair,
  of: auprc,
};
export default metric;

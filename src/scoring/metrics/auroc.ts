// How well scores rank the positive above the negative.
import { auroc, type ScoredTruth } from '../classification/ranking.ts';
import type { Metric } from '../metric.ts';

const metric: Metric<ScoredTruth, ScoredTruth> = {
  id: 'auroc',
  summary: 'area under the ROC curve: the chance that a positive scores above a negative, ties half',
  source: 'Hanley and McNeil, 1982',
  better: 'higher',
  range: [0, 1],
  item: (pair) => pair,
  of: auroc,
};
export default metric;

// F1 with every label weighing the same.
import { type LabelPair, macroF1 } from '../classification/confusion.ts';
import type { Metric } from '../metric.ts';

const metric: Metric<LabelPair, LabelPair> = {
  id: 'macro-f1',
  summary: 'mean F1 over the labels that occur as truth or answer; an unread reply is a miss',
  source: 'van Rijsbergen, 1979; averaged as in scikit-learn',
  better: 'higher',
  range: [0, 1],
  item: (pair) => pair,
  of: macroF1,
};
export default metric;

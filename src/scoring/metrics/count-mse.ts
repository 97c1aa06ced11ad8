// How far counts are off, large errors weighing more.
import { type CountPair, countError } from '../detection/counts.ts';
import { mean } from '../detection/mean.ts';
import type { Metric } from '../metric.ts';

const metric: Metric<CountPair, number> = {
  id: 'count-mse',
  summary: 'mean squared error of counts; an unread reply costs the whole count, at least 1',
  source: 'definition',
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  item: (pair) => countError(pair) ** 2,
  of: mean,
};
export default metric;

// Predicted points matched one to one with true ones: what is missed or invented costs.
import { type Matched, matchPoints, type PointSets, pointF1 } from '../detection/points.ts';
import type { Metric } from '../metric.ts';

const metric: Metric<PointSets, Matched> = {
  id: 'point-f1-10px',
  summary:
    'F1 of points matched one to one less than 10 px apart, summed over pictures; misses and extras both cost',
  source: 'Kuhn, the Hungarian method, 1955; tolerance of Gautam et al., 2025',
  better: 'higher',
  range: [0, 1],
  item: (sets) => matchPoints(sets, 10),
  of: pointF1,
};
export default metric;

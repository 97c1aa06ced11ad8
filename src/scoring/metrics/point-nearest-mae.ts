// How far predicted points are from the nearest true ones, picture by picture.
import { mean } from '../detection/mean.ts';
import { nearestDistances, type PointSets } from '../detection/points.ts';
import type { Metric } from '../metric.ts';

const metric: Metric<PointSets, number | null> = {
  id: 'point-nearest-mae',
  summary:
    'mean distance of predicted points to the nearest true point, averaged over pictures; pictures without points on either side are left out and missed points cost nothing',
  source: 'Gautam et al., Point, Detect, Count, 2025',
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  unit: '{pixels}',
  item(sets) {
    const distances = nearestDistances(sets);
    return distances === null ? null : mean(distances);
  },
  of: (items) => mean(items.filter((value) => value !== null)),
};
export default metric;

// How many predicted points lie near a true one.
import { mean } from '../detection/mean.ts';
import { nearestDistances, type PointSets } from '../detection/points.ts';
import type { Metric } from '../metric.ts';

const metric: Metric<PointSets, number | null> = {
  id: 'point-nearest-10px',
  summary:
    'share of predicted points less than 10 px from a true point, averaged over pictures; pictures without points on either side are left out and missed points cost nothing',
  source: 'Gautam et al., Point, Detect, Count, 2025',
  better: 'higher',
  range: [0, 1],
  item(sets) {
    const distances = nearestDistances(sets);
    return distances === null ? null : mean(distances.map((d) => Number(d < 10)));
  },
  of: (items) => mean(items.filter((value) => value !== null)),
};
export default metric;

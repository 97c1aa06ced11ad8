// Average precision at half overlap, with the whole area under the curve.
import { mapMetric } from '../detection/average-precision.ts';

export default mapMetric(
  'map50-all-point',
  'mean average precision of boxes at IoU 0.50, all points',
  [0.5],
  'all-point',
);

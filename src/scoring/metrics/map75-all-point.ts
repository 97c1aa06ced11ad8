// Average precision at close overlap, with the whole area under the curve.
import { mapMetric } from '../detection/average-precision.ts';

export default mapMetric(
  'map75-all-point',
  'mean average precision of boxes at IoU 0.75, all points',
  [0.75],
  'all-point',
);

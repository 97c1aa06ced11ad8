// COCO’s average precision at close overlap.
import { mapMetric } from '../detection/average-precision.ts';

export default mapMetric(
  'map75-coco',
  'mean average precision of boxes at IoU 0.75, 101-point',
  [0.75],
  '101-point',
);

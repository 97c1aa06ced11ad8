// COCO’s average precision at half overlap.
import { mapMetric } from '../detection/average-precision.ts';

export default mapMetric(
  'map50-coco',
  'mean average precision of boxes at IoU 0.50, 101-point',
  [0.5],
  '101-point',
);

// Detection over ten overlaps, with the whole area under the curve.
import { COCO_THRESHOLDS, mapMetric } from '../detection/average-precision.ts';

export default mapMetric(
  'map-all-point',
  'mean average precision of boxes, IoU 0.50 to 0.95, all points',
  COCO_THRESHOLDS,
  'all-point',
);

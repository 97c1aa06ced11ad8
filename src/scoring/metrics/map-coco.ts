// COCO’s main figure of detection.
import { COCO_THRESHOLDS, mapMetric } from '../detection/average-precision.ts';

export default mapMetric(
  'map-coco',
  'mean average precision of boxes, IoU 0.50 to 0.95, 101-point',
  COCO_THRESHOLDS,
  '101-point',
);

// Mean overlap of one box with the true one, in two or three dimensions.
import { type BoxPair, boxIou } from '../detection/boxes.ts';
import { mean } from '../detection/mean.ts';
import type { Metric } from '../metric.ts';

const metric: Metric<BoxPair, number> = {
  id: 'iou',
  summary: 'intersection over union of boxes, 2D or 3D; a missing box is worth 0',
  source: 'Jaccard, 1901; Everingham et al., Pascal VOC, 2010',
  better: 'higher',
  range: [0, 1],
  item: ({ prediction, reference }) => (prediction === null ? 0 : boxIou(prediction, reference)),
  of: mean,
};
export default metric;

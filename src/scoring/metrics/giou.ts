// Mean generalised overlap of one box with the true one: boxes that miss are told apart by how far they miss.
import { type BoxPair, boxGiou } from '../detection/boxes.ts';
import { mean } from '../detection/mean.ts';
import type { Metric } from '../metric.ts';

const metric: Metric<BoxPair, number> = {
  id: 'giou',
  summary: 'generalised intersection over union of boxes, 2D or 3D; a missing box is worth −1',
  source: 'Rezatofighi et al., CVPR 2019',
  better: 'higher',
  range: [-1, 1],
  item: ({ prediction, reference }) => (prediction === null ? -1 : boxGiou(prediction, reference)),
  of: mean,
};
export default metric;

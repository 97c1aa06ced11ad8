// Mean distance between the surfaces of masks, without the farthest 5 %.
import { hd95, type MaskPair } from '../detection/masks.ts';
import { mean } from '../detection/mean.ts';
import type { Metric } from '../metric.ts';

const metric: Metric<MaskPair, number> = {
  id: 'hd95',
  summary:
    'larger directed 95th percentile of surface distances; the grid’s diagonal when one mask is empty, 0 when both are',
  source:
    'Huttenlocher et al., 1993, at the 95th percentile (linear); surface voxels have a face towards the outside',
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  unit: 'mm',
  item: hd95,
  of: mean,
};
export default metric;

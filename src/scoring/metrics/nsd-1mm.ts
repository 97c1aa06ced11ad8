// Surface agreement within 1 mm.
import { nsdMetric } from '../detection/masks.ts';

export default nsdMetric(1);

// Surface agreement within 2 mm.
import { nsdMetric } from '../detection/masks.ts';

export default nsdMetric(2);

// Surface agreement within 3 mm.
import { nsdMetric } from '../detection/masks.ts';

export default nsdMetric(3);

// Agreement of raters on the interval scale.
import { alphaMetric } from '../agreement/krippendorff.ts';

export default alphaMetric('interval');

// Agreement of raters on the ordinal scale.
import { alphaMetric } from '../agreement/krippendorff.ts';

export default alphaMetric('ordinal');

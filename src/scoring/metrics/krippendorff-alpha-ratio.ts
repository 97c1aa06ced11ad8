// Agreement of raters on the ratio scale.
import { alphaMetric } from '../agreement/krippendorff.ts';

export default alphaMetric('ratio');

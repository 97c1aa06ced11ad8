// Agreement of raters on the nominal scale.
import { alphaMetric } from '../agreement/krippendorff.ts';

export default alphaMetric('nominal');

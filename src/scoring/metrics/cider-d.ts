// CIDEr-D, document frequencies from the references of the scored items.
import { ciderMetric } from '../text/cider.ts';

export default ciderMetric('cider-d', { variant: 'd' });

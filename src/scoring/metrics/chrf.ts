// chrF with character n-grams to 6 and β 2.
import { chrfMetric } from '../text/chrf.ts';

export default chrfMetric('chrf');

// chrF++: chrF with word n-grams to 2.
import { chrfMetric } from '../text/chrf.ts';

export default chrfMetric('chrf-plus-plus', { words: 2 });

// ROUGE-1 F1 on single Han characters.
import { rougeMetric } from '../text/rouge.ts';

export default rougeMetric('rouge-1-han', 1, 'han');

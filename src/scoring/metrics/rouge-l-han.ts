// ROUGE-L F1 on single Han characters.
import { rougeMetric } from '../text/rouge.ts';

export default rougeMetric('rouge-l-han', 'l', 'han');

// ROUGE-2 F1 on single Han characters.
import { rougeMetric } from '../text/rouge.ts';

export default rougeMetric('rouge-2-han', 2, 'han');

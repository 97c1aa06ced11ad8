// ROUGE-L F1 on Google's ASCII-only tokens.
import { rougeMetric } from '../text/rouge.ts';

export default rougeMetric('rouge-l-ascii', 'l', 'ascii');

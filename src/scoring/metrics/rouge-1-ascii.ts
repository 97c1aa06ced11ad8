// ROUGE-1 F1 on Google's ASCII-only tokens.
import { rougeMetric } from '../text/rouge.ts';

export default rougeMetric('rouge-1-ascii', 1, 'ascii');

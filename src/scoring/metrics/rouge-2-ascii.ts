// ROUGE-2 F1 on Google's ASCII-only tokens.
import { rougeMetric } from '../text/rouge.ts';

export default rougeMetric('rouge-2-ascii', 2, 'ascii');

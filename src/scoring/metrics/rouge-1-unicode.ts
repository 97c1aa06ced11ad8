// ROUGE-1 F1 on words of any script.
import { rougeMetric } from '../text/rouge.ts';

export default rougeMetric('rouge-1-unicode', 1, 'unicode');

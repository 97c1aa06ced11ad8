// ROUGE-L F1 on words of any script.
import { rougeMetric } from '../text/rouge.ts';

export default rougeMetric('rouge-l-unicode', 'l', 'unicode');

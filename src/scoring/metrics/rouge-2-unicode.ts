// ROUGE-2 F1 on words of any script.
import { rougeMetric } from '../text/rouge.ts';

export default rougeMetric('rouge-2-unicode', 2, 'unicode');

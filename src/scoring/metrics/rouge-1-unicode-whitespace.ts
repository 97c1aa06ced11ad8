// ROUGE-1 F1 on lower-case words between whitespace, punctuation kept.
import { rougeMetric } from '../text/rouge.ts';

export default rougeMetric('rouge-1-unicode-whitespace', 1, 'unicode-whitespace');

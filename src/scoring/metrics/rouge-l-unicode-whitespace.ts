// ROUGE-L F1 on lower-case words between whitespace, punctuation kept.
import { rougeMetric } from '../text/rouge.ts';

export default rougeMetric('rouge-l-unicode-whitespace', 'l', 'unicode-whitespace');

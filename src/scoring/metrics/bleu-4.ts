// BLEU-4 over a corpus, unsmoothed, on 13a tokens.
import { bleuMetric } from '../text/bleu.ts';

export default bleuMetric({ id: 'bleu-4', order: 4, tokenizer: '13a' });

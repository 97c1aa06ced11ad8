// BLEU-1 over a corpus, unsmoothed, on 13a tokens.
import { bleuMetric } from '../text/bleu.ts';

export default bleuMetric({ id: 'bleu-1', order: 1, tokenizer: '13a' });

// BLEU-3 over a corpus, unsmoothed, on 13a tokens.
import { bleuMetric } from '../text/bleu.ts';

export default bleuMetric({ id: 'bleu-3', order: 3, tokenizer: '13a' });

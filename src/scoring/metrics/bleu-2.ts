// BLEU-2 over a corpus, unsmoothed, on 13a tokens.
import { bleuMetric } from '../text/bleu.ts';

export default bleuMetric({ id: 'bleu-2', order: 2, tokenizer: '13a' });

// BLEU-4 over a corpus of Chinese text: every Han character is a token.
import { bleuMetric } from '../text/bleu.ts';

export default bleuMetric({ id: 'bleu-4-han', tokenizer: 'han' });

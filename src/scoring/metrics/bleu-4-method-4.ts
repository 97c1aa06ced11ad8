// BLEU-4 over a corpus of whitespace tokens with NLTK's smoothing method 4.
import { bleuMetric } from '../text/bleu.ts';

export default bleuMetric({
  id: 'bleu-4-method-4',
  tokenizer: 'whitespace',
  smoothing: 'method-4',
  source: 'Chen and Cherry 2014, https://aclanthology.org/W14-3346/, as in NLTK’s corpus_bleu',
});

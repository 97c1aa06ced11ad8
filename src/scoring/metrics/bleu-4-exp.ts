// BLEU-4 as sacrebleu reports it (divided by 100): 13a tokens, exponential smoothing.
import { bleuMetric } from '../text/bleu.ts';

export default bleuMetric({
  id: 'bleu-4-exp',
  tokenizer: '13a',
  smoothing: 'exp',
  source: 'Post 2018, https://aclanthology.org/W18-6319/',
});

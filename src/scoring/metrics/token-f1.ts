// Token F1 on words of any script.
import { tokenF1Metric } from '../text/words.ts';

export default tokenF1Metric('token-f1', 'unicode');

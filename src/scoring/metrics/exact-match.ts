// Exact match, but for case, spacing and a closing full stop.
import { exactMatchMetric } from '../text/words.ts';

export default exactMatchMetric('exact-match');

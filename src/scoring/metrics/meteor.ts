// METEOR, exact and stem stages, on words of any script.
import { meteorMetric } from '../text/meteor.ts';

export default meteorMetric('meteor', 'unicode');

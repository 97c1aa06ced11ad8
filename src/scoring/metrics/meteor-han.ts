// METEOR, exact and stem stages, on single Han characters.
import { meteorMetric } from '../text/meteor.ts';

export default meteorMetric('meteor-han', 'han');

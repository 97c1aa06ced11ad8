// Is there a lesion of any kind in the pancreas?
import { existence } from '../families/existence.ts';

export default existence('pancreatic-lesion-existence', 'pancreas_lesion');

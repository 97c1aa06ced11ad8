// Is there a lesion in the liver?
import { existence } from '../families/existence.ts';

export default existence('liver-lesion-existence', 'liver_lesion');

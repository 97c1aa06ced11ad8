// Is there a lesion in the colon?
import { existence } from '../families/existence.ts';

export default existence('colon-lesion-existence', 'colon_lesion');

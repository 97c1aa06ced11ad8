// Is there a lesion of any kind in the kidneys?
import { existence } from '../families/existence.ts';

export default existence('kidney-lesion-existence', 'kidney_lesion');

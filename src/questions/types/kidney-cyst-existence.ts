// Is there a kidney cyst?
import { existence } from '../families/existence.ts';

export default existence('kidney-cyst-existence', 'kidney_cyst');

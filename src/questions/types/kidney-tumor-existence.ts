// Is there a kidney tumor?
import { existence } from '../families/existence.ts';

export default existence('kidney-tumor-existence', 'kidney_tumor');

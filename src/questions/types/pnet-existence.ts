// Is there a pancreatic neuroendocrine tumor?
import { existence } from '../families/existence.ts';

export default existence('pnet-existence', 'pancreas_pnet');

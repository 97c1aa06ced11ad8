// Is there a pancreatic ductal adenocarcinoma?
import { existence } from '../families/existence.ts';

export default existence('pdac-existence', 'pancreas_pdac');

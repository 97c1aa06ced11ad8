// text-only: a control without any picture; what it scores needs no scan.
import { direct } from '../direct.ts';
import { SYSTEM_TEXT_ONLY } from '../prompts.ts';

export default direct({
  id: 'text-only',
  summary: 'a control: the same model and question without any picture',
  system: SYSTEM_TEXT_ONLY,
  needsImage: false,
  images: () => async () => [],
});

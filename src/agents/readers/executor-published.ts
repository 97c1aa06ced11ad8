// executor-published: the executor under the published step rule, which five-step chains cannot meet.
import { executor } from '../executor.ts';

export default executor({
  id: 'executor-published',
  summary:
    'the executor with four tool calls at most, as one call a turn leaves in the published five-step loop',
  maxCalls: 4,
});

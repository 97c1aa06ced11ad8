// trl-dpo: preference pairs with an explicit prompt, as TRL's DPOTrainer takes them.
import { functionTool, openAiMessages, type RecordExporter, storedMembers } from '../record-exporter.ts';
import { splitAtReply } from '../traces/trace.ts';

const exporter: RecordExporter = {
  id: 'trl-dpo',
  summary: 'preference: prompt, chosen and rejected as messages',
  source: 'TRL, dataset formats, preference',
  from: 'pair',
  record({ id, chosen, rejected }, place) {
    const { prompt, reply } = splitAtReply(chosen);
    return {
      id,
      prompt: openAiMessages(prompt),
      chosen: openAiMessages(reply),
      rejected: openAiMessages(splitAtReply(rejected).reply),
      ...(chosen.tools.length === 0 ? {} : { tools: chosen.tools.map(functionTool) }),
      ...storedMembers(prompt, place),
      score_chosen: chosen.score,
      score_rejected: rejected.score,
    };
  },
};
export default exporter;

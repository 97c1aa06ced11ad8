// sharegpt-dpo: preference pairs of last replies in ShareGPT form, as LLaMA-Factory takes them.
import { type RecordExporter, storedMembers } from '../record-exporter.ts';
import { splitAtReply } from '../traces/trace.ts';
import { shareGptTurns } from './sharegpt.ts';

const exporter: RecordExporter = {
  id: 'sharegpt-dpo',
  summary: 'preference: conversations, then chosen and rejected as one turn each',
  source: 'LLaMA-Factory, data/README, preference',
  from: 'pair',
  record({ id, chosen, rejected }, place) {
    const { prompt, reply } = splitAtReply(chosen);
    const system = prompt.find((message) => message.role === 'system')?.text;
    // One turn each is all that the form holds: of a tool-using reply it is the first call that is preferred.
    const [first] = shareGptTurns(reply);
    const [other] = shareGptTurns(splitAtReply(rejected).reply);
    return {
      id,
      conversations: shareGptTurns(prompt),
      chosen: first,
      rejected: other,
      ...(system === undefined ? {} : { system }),
      ...storedMembers(prompt, place),
    };
  },
};
export default exporter;

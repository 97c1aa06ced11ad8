// swift-dpo: the chosen conversation, and the rejected one's messages, as ms-swift takes them.
import { functionTool, type RecordExporter, storedMembers, swiftMessages } from '../record-exporter.ts';
import { splitAtReply } from '../traces/trace.ts';

const exporter: RecordExporter = {
  id: 'swift-dpo',
  summary: 'preference: messages that end in the chosen reply, and rejected_messages',
  source: 'ms-swift, custom dataset, RLHF',
  from: 'pair',
  record({ id, chosen, rejected }, place) {
    const { prompt } = splitAtReply(chosen);
    const own = storedMembers(chosen.messages, place);
    const others = storedMembers(rejected.messages, place);
    const same = own.images?.join() === others.images?.join();
    return {
      id,
      messages: swiftMessages(chosen.messages),
      rejected_messages: swiftMessages([...prompt, ...splitAtReply(rejected).reply]),
      ...(chosen.tools.length === 0 ? {} : { tools: JSON.stringify(chosen.tools.map(functionTool)) }),
      ...own,
      ...(same ? {} : { rejected_images: others.images ?? [] }),
    };
  },
};
export default exporter;

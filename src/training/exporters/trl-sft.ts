// trl-sft: messages with tool calls and the tools' schemas, as TRL's SFTTrainer takes them.
import { functionTool, openAiMessages, type RecordExporter, storedMembers } from '../record-exporter.ts';

const exporter: RecordExporter = {
  id: 'trl-sft',
  summary: 'supervised: messages with tool_calls, and the tools',
  source: 'TRL, dataset formats, tool calling',
  from: 'trace',
  record(trace, place) {
    return {
      id: trace.id,
      messages: openAiMessages(trace.messages),
      tools: trace.tools.map(functionTool),
      ...storedMembers(trace.messages, place),
    };
  },
};
export default exporter;

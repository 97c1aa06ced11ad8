// swift-sft: messages with tool_call and tool_response turns, as ms-swift takes them.
import { functionTool, type RecordExporter, storedMembers, swiftMessages } from '../record-exporter.ts';

const exporter: RecordExporter = {
  id: 'swift-sft',
  summary: 'supervised: messages with tool_call and tool_response turns, tools as JSON text',
  source: 'ms-swift, custom dataset and agent support',
  from: 'trace',
  record(trace, place) {
    return {
      id: trace.id,
      messages: swiftMessages(trace.messages),
      tools: JSON.stringify(trace.tools.map(functionTool)),
      ...storedMembers(trace.messages, place),
    };
  },
};
export default exporter;

// swift-grpo: messages up to the reply and the solution for the reward function, as ms-swift takes them.
import { functionTool, type RecordExporter, storedMembers, swiftMessages } from '../record-exporter.ts';
import { splitAtReply } from '../traces/trace.ts';

const exporter: RecordExporter = {
  id: 'swift-grpo',
  summary: 'reinforcement: messages up to the reply, solution and other columns for the reward function',
  source: 'ms-swift, GRPO, custom dataset',
  from: 'prompt',
  record({ id, trace, answer, letter, goldSteps }, place) {
    const { prompt } = splitAtReply(trace);
    return {
      id,
      messages: swiftMessages(prompt),
      solution: letter ?? answer,
      answer,
      type: trace.type,
      gold_steps: goldSteps,
      ...(trace.tools.length === 0 ? {} : { tools: JSON.stringify(trace.tools.map(functionTool)) }),
      ...storedMembers(prompt, place),
    };
  },
};
export default exporter;

// trl-grpo: prompts with what a reward function goes by, as TRL's GRPOTrainer takes them.
import { functionTool, openAiMessages, type RecordExporter, storedMembers } from '../record-exporter.ts';
import { splitAtReply } from '../traces/trace.ts';

const exporter: RecordExporter = {
  id: 'trl-grpo',
  summary: 'reinforcement: prompt as messages, answer columns for the reward function',
  source: 'TRL, GRPO trainer',
  from: 'prompt',
  record({ id, trace, answer, letter, value, unit, goldSteps }, place) {
    const { prompt } = splitAtReply(trace);
    return {
      id,
      prompt: openAiMessages(prompt),
      answer,
      letter: letter ?? null,
      value: value ?? null,
      unit: unit ?? null,
      type: trace.type,
      stage: trace.stage,
      gold_steps: goldSteps,
      ...(trace.tools.length === 0 ? {} : { tools: trace.tools.map(functionTool) }),
      ...storedMembers(prompt, place),
    };
  },
};
export default exporter;

// sharegpt: conversations with function calls, as the DeepTumorVQA agents and LLaMA-Factory take them.
import {
  functionTool,
  type RecordExporter,
  resultText,
  storedMembers,
  taggedText,
} from '../record-exporter.ts';
import type { TraceMessage } from '../traces/trace.ts';

/** Turns alternate: several calls of one turn are one list, and so are their results. */
export function shareGptTurns(messages: readonly TraceMessage[]): { from: string; value: string }[] {
  return messages.flatMap((message): { from: string; value: string }[] => {
    if (message.role === 'system') return [];
    if (message.role === 'user') return [{ from: 'human', value: taggedText(message) }];
    if (message.calls.length === 0) return [{ from: 'gpt', value: message.text }];
    const calls = message.calls.map(({ tool, arguments: args }) => ({ name: tool, arguments: args }));
    const results = message.calls.map(({ result }) => resultText(result));
    return [
      { from: 'function_call', value: JSON.stringify(calls.length === 1 ? calls[0] : calls) },
      { from: 'observation', value: results.length === 1 ? results[0] : results.join('\n') },
    ];
  });
}

const exporter: RecordExporter = {
  id: 'sharegpt',
  summary: 'supervised: human, gpt, function_call and observation turns with the tools as JSON text',
  source: 'the agent_sft files of DeepTumorVQA; LLaMA-Factory data/README',
  from: 'trace',
  record(trace, place) {
    const system = trace.messages.find((message) => message.role === 'system')?.text;
    return {
      id: trace.id,
      conversations: shareGptTurns(trace.messages),
      ...(system === undefined ? {} : { system }),
      tools: JSON.stringify(trace.tools.map((tool) => functionTool(tool).function)),
      ...storedMembers(trace.messages, place),
    };
  },
};
export default exporter;

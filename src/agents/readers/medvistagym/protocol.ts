// The words of the tool policy's protocol: what it is told, and how its replies are read.
import type { Tool } from '../../../domain/tool.ts';
import { asObject, jsonIn } from '../../../experts/json-reply.ts';
import { inputSchema } from '../../../tools/call.ts';
import { tagged } from '../../regions/reply-tags.ts';

/** Tags of a reply; the paper's own could not be had, so these are assumed. */
export const TAGS = { think: 'think', call: 'tool_call', answer: 'answer' } as const;

export type PolicyAction =
  | { readonly kind: 'call'; readonly name: string; readonly arguments: unknown }
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'none'; readonly reason: string };

/** One reply as an action. A call comes before an answer in the same reply: what it would show is not known yet. */
export function readPolicyAction(reply: string): PolicyAction {
  const visible = reply.replace(/<think>[\s\S]*?<\/think>/gi, ' ');
  const written = tagged(visible, TAGS.call);
  if (written !== undefined) {
    const call = jsonIn(written, (value) => {
      const object = asObject(value);
      return typeof object?.name === 'string'
        ? { name: object.name, arguments: object.arguments ?? {} }
        : undefined;
    });
    if (call !== undefined) return { kind: 'call', ...call };
    return {
      kind: 'none',
      reason: `Between <${TAGS.call}> and </${TAGS.call}> there must be one JSON object with "name" and "arguments".`,
    };
  }
  const text = tagged(visible, TAGS.answer);
  if (text !== undefined && text !== '') return { kind: 'answer', text };
  return {
    kind: 'none',
    reason: `There was neither a <${TAGS.call}> nor an <${TAGS.answer}> in your reply.`,
  };
}

/** The reply without its thoughts and calls, for whoever never used the answer's tag. */
export function withoutTags(reply: string): string {
  return reply
    .replace(/<think>[\s\S]*?(<\/think>|$)/gi, ' ')
    .replace(/<tool_call>[\s\S]*?(<\/tool_call>|$)/gi, ' ')
    .replace(/<\/?answer>/gi, ' ')
    .trim();
}

/** What the policy is told beside the question. */
export function instructions(tools: readonly Tool[], steps: number): string {
  const cards = tools.map(
    (tool) => `- ${tool.name}: ${tool.description}\n  arguments: ${JSON.stringify(inputSchema(tool))}`,
  );
  return [
    `You may look closer before you answer. In each of at most ${steps} replies, first think between <think> and </think>, then do one of two things:`,
    `1. call one tool: <tool_call>{"name": "NAME", "arguments": {…}}</tool_call>`,
    '2. give the final answer: <answer>…</answer>',
    'After a call you are told its result, with every picture that it made. Pictures are named by their number in the order shown, 1 the first, or by a hash from a result.',
    tools.length === 0 ? 'No tool is available.' : `Tools:\n${cards.join('\n')}`,
    'Call a tool only where it can decide between the answers: localise what is asked about, enlarge it, then answer.',
  ].join('\n');
}

export function resultText(name: string, result: unknown, left: number): string {
  const said = JSON.stringify(result ?? null);
  return `Result of ${name}: ${said.length > 8000 ? `${said.slice(0, 8000)}…` : said}\n${stepsLeft(left)}`;
}

export function errorText(reason: string, left: number): string {
  return `${reason}\n${stepsLeft(left)}`;
}

function stepsLeft(left: number): string {
  if (left === 1) return 'This is your last reply: answer between <answer> and </answer>.';
  return `${left} replies are left.`;
}

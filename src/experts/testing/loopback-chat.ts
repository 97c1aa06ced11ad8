// The chat-completions wire format, as far as the loopback server speaks it.
import type { LoopbackReply } from './loopback.ts';

export interface ChatPart {
  readonly type: string;
  readonly text?: string;
}

export interface ChatMessage {
  readonly role: string;
  readonly content: string | readonly ChatPart[] | null;
  readonly tool_call_id?: string;
}

export interface ChatBody {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly stream?: boolean;
  readonly [setting: string]: unknown;
}

function textOf(content: ChatMessage['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? [])
    .filter((part) => part.type === 'text')
    .map((part) => part.text ?? '')
    .join('\n');
}

/** The last user message's text, the images of all messages, and the tool results after that message. */
export function questionOf(body: ChatBody): { question: string; images: number; toolResults: number } {
  let question = '';
  let images = 0;
  let toolResults = 0;
  for (const message of body.messages) {
    if (message.role === 'tool') toolResults++;
    if (Array.isArray(message.content))
      images += message.content.filter((part: ChatPart) => part.type === 'image_url').length;
    // A picture handed over after a tool result is a user message without text: not a new question.
    const text = message.role === 'user' ? textOf(message.content) : '';
    if (text !== '') question = text;
  }
  return { question, images, toolResults };
}

/** The JSON of one chat completion. Tool-call ids follow the question's turn, so that a rerun repeats them. */
export function completionJson(reply: LoopbackReply, body: ChatBody, serial: number): string {
  const turn = body.messages.length;
  const calls = reply.toolCalls?.map((call, index) => ({
    id: `call_${turn}_${index}`,
    type: 'function',
    function: {
      name: call.name,
      arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
    },
  }));
  const content = reply.text ?? (calls === undefined && reply.refusal === undefined ? 'A' : null);
  const { input, output } = reply.usage ?? { input: 100, output: 2 };
  return JSON.stringify({
    id: `chatcmpl-${serial}`,
    object: 'chat.completion',
    created: 1_700_000_000,
    model: body.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content,
          ...(calls === undefined ? {} : { tool_calls: calls }),
          ...(reply.refusal === undefined ? {} : { refusal: reply.refusal }),
        },
        ...(reply.logprobs === undefined || body.logprobs !== true
          ? {}
          : { logprobs: { content: [{ ...reply.logprobs[0], top_logprobs: reply.logprobs }] } }),
        finish_reason: reply.finishReason ?? (calls === undefined ? 'stop' : 'tool_calls'),
      },
    ],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  });
}

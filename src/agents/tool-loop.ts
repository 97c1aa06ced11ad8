// The tool loop: a model calls tools on its case until it answers or its steps are spent.
import type { ToolCall, TranscriptEntry } from '../domain/read.ts';
import type { Tool, ToolContext } from '../domain/tool.ts';
import { imagePart } from '../experts/prompt-pixels.ts';
import { isBlobHash } from '../storage/blobs.ts';
import { callTool, inputSchema } from '../tools/call.ts';
import {
  type ChatMessage,
  type ChatModel,
  type ChatReply,
  type ChatRequest,
  chat,
  type Tally,
  type ToolCallRequest,
} from './chat.ts';
import type { SamplingSettings } from './reader-plugin.ts';

export interface ToolLoop {
  readonly model: ChatModel;
  readonly tools: readonly Tool[];
  readonly context: ToolContext;
  /** System and user messages to begin with; grows as the loop goes on. */
  readonly messages: ChatMessage[];
  /** Requests at most; tools are withheld from the last, so that maxSteps − 1 sequential tool turns remain. */
  readonly maxSteps: number;
  readonly sampling: SamplingSettings;
  readonly seed: number;
  readonly about: ChatRequest['about'];
  /** Filled as the loop goes on, so that a read that fails half-way keeps what it did and spent. */
  readonly log: {
    readonly toolCalls: ToolCall[];
    readonly transcript: TranscriptEntry[];
    readonly tally: Tally;
  };
}

/** More calls than this in one turn are answered with an error instead of being run. */
const CALLS_PER_TURN = 16;

/** Runs the loop and returns the last reply. Errors: the gateway's; a tool's error is a tool result, never thrown. */
export async function toolLoop(loop: ToolLoop): Promise<ChatReply> {
  const { messages, log } = loop;
  const schemas = loop.tools.map((tool) => ({
    name: tool.name,
    description: tool.description,
    inputSchema: inputSchema(tool),
  }));
  for (let step = 1; ; step++) {
    const last = step >= loop.maxSteps;
    const reply = await chat(loop.model, {
      prompt: messages,
      signal: loop.context.signal,
      seed: loop.seed,
      about: loop.about,
      temperature: loop.sampling.temperature,
      maxOutputTokens: loop.sampling.maxOutputTokens,
      ...(last ? {} : { tools: schemas }),
    });
    log.tally.add(reply);
    log.transcript.push({ role: 'assistant', text: reply.text });
    if (last || reply.toolCalls.length === 0) return reply;
    await answerCalls(loop, reply, step);
  }
}

async function answerCalls(loop: ToolLoop, reply: ChatReply, step: number): Promise<void> {
  const { messages, log } = loop;
  const calls: { id: string; entry: ToolCall; vendor: ToolCallRequest['vendor'] }[] = [];
  for (const [index, call] of reply.toolCalls.entries()) {
    const entry =
      index < CALLS_PER_TURN
        ? await callTool(loop.tools, { name: call.name, arguments: call.input, step }, loop.context)
        : tooMany(call.name, step);
    calls.push({ id: call.id, entry, vendor: call.vendor });
    log.toolCalls.push(entry);
  }
  messages.push({
    role: 'assistant',
    content: [
      ...(reply.text === '' ? [] : [{ type: 'text' as const, text: reply.text }]),
      ...calls.map(({ id, entry, vendor }) => ({
        type: 'tool-call' as const,
        toolCallId: id,
        toolName: entry.tool,
        input: asObject(entry.arguments),
        ...(vendor === undefined ? {} : { providerOptions: vendor }),
      })),
    ],
  });
  messages.push({
    role: 'tool',
    content: calls.map(({ id, entry }) => ({
      type: 'tool-result' as const,
      toolCallId: id,
      toolName: entry.tool,
      output: { type: 'text' as const, value: JSON.stringify(entry.result) },
    })),
  });
  for (const { entry } of calls) log.transcript.push(resultEntry(entry));
  showImages(
    loop,
    calls.map(({ entry }) => entry),
  );
}

/** Pictures follow in a user message: OpenAI-compatible servers take none inside a tool result. */
function showImages(loop: ToolLoop, entries: readonly ToolCall[]): void {
  for (const entry of entries) {
    const hash = imageOf(entry.result);
    if (hash === undefined) continue;
    loop.messages.push({ role: 'user', content: [imagePart(hash)] });
    loop.log.transcript.push({ role: 'user', text: '', images: [hash] });
  }
}

function resultEntry(entry: ToolCall): TranscriptEntry {
  const text = `${entry.tool}(${JSON.stringify(entry.arguments)}) → ${JSON.stringify(entry.result)}`;
  return { role: 'tool', text: text.length > 8000 ? `${text.slice(0, 8000)}…` : text };
}

function imageOf(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null || !('image' in result)) return undefined;
  return isBlobHash(result.image) ? result.image : undefined;
}

/** Providers take an object as the arguments of an earlier call; anything else the model wrote is wrapped. */
function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : { arguments: value ?? null };
}

function tooMany(tool: string, step: number): ToolCall {
  const error = `More than ${CALLS_PER_TURN} calls in one turn are not run: call again.`;
  return { step, tool, arguments: {}, result: { error }, error, milliseconds: 0 };
}

// Traces: one conversation of a read (or of the gold chain) in the form that every training format is written from.
import type { PromptPart, Question, Stage } from '../../domain/question.ts';

export interface TraceCall {
  readonly tool: string;
  readonly arguments: unknown;
  readonly result: unknown;
}

export type TraceMessage =
  | { readonly role: 'system'; readonly text: string }
  | { readonly role: 'user'; readonly parts: readonly PromptPart[] }
  /** A model's turn: words, calls, or both. The results stand beside the calls and follow in their order. */
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly TraceCall[] };

export interface TraceTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface Trace {
  /** Unique within an export: question, and where there are several repeat and conversation. */
  readonly id: string;
  readonly questionId: string;
  readonly patientId: string;
  readonly split: Question['split'];
  readonly stage: Stage;
  readonly type: string;
  /** "gold", or the run's id. */
  readonly source: string;
  readonly tools: readonly TraceTool[];
  /** The last one is the assistant's and holds the answer. */
  readonly messages: readonly TraceMessage[];
  /** 0…1, where the trace was scored. */
  readonly score?: number;
}

/** Two conversations on the same question of which the first is the better one. */
export interface TracePair {
  readonly id: string;
  readonly chosen: Trace;
  readonly rejected: Trace;
}

/** What reinforcement learning starts from: the conversation before the first reply, and what a reward goes by. */
export interface TracePrompt {
  readonly id: string;
  readonly trace: Trace;
  /** Canonical answer, and the letter where the question has options. */
  readonly answer: string;
  readonly letter?: string;
  readonly value?: number;
  readonly unit?: string;
  /** Tool calls of the gold chain: a step budget below it cannot be met. */
  readonly goldSteps: number;
}

/** Everything before the first turn of the assistant, and everything from it on. */
export function splitAtReply(trace: Trace): {
  readonly prompt: readonly TraceMessage[];
  readonly reply: readonly TraceMessage[];
} {
  const at = trace.messages.findIndex((message) => message.role === 'assistant');
  const end = at < 0 ? trace.messages.length : at;
  return { prompt: trace.messages.slice(0, end), reply: trace.messages.slice(end) };
}

export interface StoredPart {
  readonly hash: string;
  readonly mediaType: string;
}

/** All pictures and sounds that a trace shows, in order, those of tool results included. */
export function storedOf(messages: readonly TraceMessage[]): StoredPart[] {
  return messages.flatMap((message) => {
    if (message.role === 'system') return [];
    if (message.role === 'user')
      return message.parts.flatMap((part) =>
        part.type === 'text' ? [] : [{ hash: part.hash, mediaType: part.mediaType }],
      );
    return message.calls.flatMap(({ result }) => {
      const hash = pictureOf(result);
      return hash === undefined ? [] : [{ hash, mediaType: 'image/png' }];
    });
  });
}

/** Hash of the picture that a tool's result names. */
export function pictureOf(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null || !('image' in result)) return undefined;
  return typeof result.image === 'string' && /^[0-9a-f]{64}$/.test(result.image) ? result.image : undefined;
}

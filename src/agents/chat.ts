// One request to a chat model, in the AI SDK's language-model specification, and what it cost.
import { OverreadError } from '../domain/errors.ts';
import type { ExpertSpending } from '../domain/expert.ts';
import type { Usage } from '../domain/read.ts';
import {
  type ChatCall,
  type ChatModel,
  type ChatPrompt,
  type ChatReply as ModelReply,
  spendingOf,
} from '../experts/chat-model.ts';

import { askForLogprobs, firstTokens, type TokenLogprob } from '../experts/logprobs.ts';

export type { ChatModel } from '../experts/chat-model.ts';
export type ChatMessage = ChatPrompt[number];

export interface ChatTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Record<string, unknown>;
}

export interface ChatRequest {
  readonly prompt: ChatPrompt;
  readonly tools?: readonly ChatTool[];
  readonly signal: AbortSignal;
  readonly temperature?: number | null;
  readonly maxOutputTokens?: number;
  readonly seed?: number;
  /** Ask for the log-probabilities of this many likeliest first tokens. */
  readonly logprobs?: number;
  /** For the gateway: whose case it is about, and which repeat, so that repeats are not answered from the cache. */
  readonly about: {
    readonly patientId: string;
    readonly repeat: number;
    /** Other patients whose data it shows, and whose the pictures are if not the patient's own. */
    readonly alsoOf?: readonly string[];
    readonly picturesOf?: string;
    /** Whose single pictures are, by hash, when they are another patient's. */
    readonly pictureOwners?: Readonly<Record<string, string>>;
  };
}

export interface ToolCallRequest {
  readonly id: string;
  readonly name: string;
  /** As the model wrote it: JSON text, or anything. */
  readonly input: string;
  /** What the vendor wants back with the call, such as the signature of the thought behind it. */
  readonly vendor?: Extract<ModelReply['content'][number], { type: 'tool-call' }>['providerMetadata'];
}

export interface ChatReply {
  readonly text: string;
  readonly toolCalls: readonly ToolCallRequest[];
  /** The provider's filter ended the reply. */
  readonly filtered: boolean;
  readonly truncated: boolean;
  /** Present only when asked for, and when the server gives them. */
  readonly firstTokens?: readonly TokenLogprob[];
  readonly usage: Usage;
  /** Requests sent for it, retries included; 0 when it came from the cache. */
  readonly requests: number;
  readonly cached: boolean;
  readonly costUsd: number | undefined;
}

/**
 * Sends one request; retries, cache, budgets and trust are the gateway's.
 * Errors: the gateway's OverreadErrors as they are; any other as `provider-failed`.
 */
export async function chat(model: ChatModel, request: ChatRequest): Promise<ChatReply> {
  const { repeat, alsoOf, pictureOwners, ...whose } = request.about;
  const options: ChatCall = {
    prompt: request.prompt,
    abortSignal: request.signal,
    providerOptions: {
      ...(request.logprobs === undefined ? {} : askForLogprobs(request.logprobs)),
      overread: {
        ...whose,
        sample: repeat,
        ...(alsoOf === undefined ? {} : { alsoOf: [...alsoOf] }),
        ...(pictureOwners === undefined ? {} : { pictureOwners: { ...pictureOwners } }),
      },
    },
    ...(request.temperature === null || request.temperature === undefined
      ? {}
      : { temperature: request.temperature }),
    ...(request.maxOutputTokens === undefined ? {} : { maxOutputTokens: request.maxOutputTokens }),
    ...(request.seed === undefined ? {} : { seed: request.seed }),
    ...(request.tools === undefined || request.tools.length === 0
      ? {}
      : {
          tools: request.tools.map((tool) => ({ type: 'function' as const, ...tool })),
          toolChoice: { type: 'auto' as const },
        }),
  };
  let result: ModelReply;
  try {
    result = await model.doGenerate(options);
  } catch (cause) {
    if (OverreadError.isInstance(cause)) throw cause;
    if (request.signal.aborted)
      throw new OverreadError('cancelled', 'The run was stopped: resume it to go on.', { cause });
    throw new OverreadError('provider-failed', `${model.modelId} did not answer: try again or check it.`, {
      cause,
    });
  }
  return replyOf(result);
}

function replyOf(result: ModelReply): ChatReply {
  let text = '';
  const toolCalls: ToolCallRequest[] = [];
  for (const part of result.content) {
    if (part.type === 'text') text += part.text;
    else if (part.type === 'tool-call' && part.providerExecuted !== true)
      toolCalls.push({
        id: part.toolCallId,
        name: part.toolName,
        input: part.input,
        ...(part.providerMetadata === undefined ? {} : { vendor: part.providerMetadata }),
      });
  }
  const tokens = firstTokens(result);
  return {
    ...(tokens === undefined ? {} : { firstTokens: tokens }),
    text,
    toolCalls,
    filtered: result.finishReason.unified === 'content-filter',
    truncated: result.finishReason.unified === 'length',
    ...spendingOf(result),
  };
}

/** What several replies spent together. The cost is unknown as soon as one reply's is. */
export class Tally {
  usage: Usage = { inputTokens: 0, outputTokens: 0, reasoningTokens: 0, cachedInputTokens: 0 };
  requests = 0;
  costUsd: number | undefined = 0;
  private replies = 0;
  private hits = 0;

  add(reply: ExpertSpending): void {
    this.usage = {
      inputTokens: this.usage.inputTokens + reply.usage.inputTokens,
      outputTokens: this.usage.outputTokens + reply.usage.outputTokens,
      reasoningTokens: this.usage.reasoningTokens + reply.usage.reasoningTokens,
      cachedInputTokens: this.usage.cachedInputTokens + reply.usage.cachedInputTokens,
    };
    this.requests += reply.requests;
    this.replies += 1;
    if (reply.cached) this.hits += 1;
    this.costUsd =
      this.costUsd === undefined || reply.costUsd === undefined ? undefined : this.costUsd + reply.costUsd;
  }

  /** True when every reply came from the response cache. */
  get cached(): boolean {
    return this.replies > 0 && this.hits === this.replies;
  }

  spent() {
    return { usage: this.usage, requests: this.requests, costUsd: this.costUsd, cached: this.cached };
  }
}

// The AI SDK's language-model types under our own names, and the note that the gateway leaves on each reply.
import type { LanguageModel } from 'ai';
import type { ExpertSpending } from '../domain/expert.ts';

export type ChatModel = Extract<LanguageModel, { specificationVersion: 'v4' }>;
export type ChatCall = Parameters<ChatModel['doGenerate']>[0];
export type ChatReply = Awaited<ReturnType<ChatModel['doGenerate']>>;
export type ChatPrompt = ChatCall['prompt'];

/** What a caller may tell the gateway, as `providerOptions.overread`; it is never sent to a provider. */
export interface CallContext {
  /** Ties the cached reply to a patient, so that a purge finds it. */
  readonly patientId?: string;
  /** Other patients whose data is in the prompt. */
  readonly alsoOf?: readonly string[];
  /** Whose the pictures are, when not `patientId`'s. */
  readonly picturesOf?: string;
  /** Whose single pictures are, by hash, where they are nobody's of the above. */
  readonly pictureOwners?: Readonly<Record<string, string>>;
  /** Tells equal requests apart that want replies of their own: repeats of a question. */
  readonly sample?: string | number;
}

/** One failed try that was sent again. */
export interface RetryNote {
  /** Stable code of what went wrong, e.g. "provider-timeout". */
  readonly code: string;
  /** HTTP status, where there was one. */
  readonly status?: number;
  readonly waitMs: number;
}

/** What the gateway says of a reply, as `providerMetadata.overread` (and in the details of its errors). */
export interface ReplyNote {
  /** The reply came from the response cache or a recording: nothing was sent. */
  readonly cached: boolean;
  /** Requests sent for it, retries included. */
  readonly requests: number;
  readonly retries: readonly RetryNote[];
  /** US dollars; absent when the model has no price. */
  readonly costUsd?: number;
  /** From asking to having, waits included. */
  readonly milliseconds: number;
}

/** The gateway's note on a reply, or undefined when the reply did not come through a gateway. */
export function noteOf(reply: { readonly providerMetadata?: unknown }): ReplyNote | undefined {
  const metadata = reply.providerMetadata as { overread?: ReplyNote } | undefined;
  return metadata?.overread;
}

/** What a reply cost, by its own counts and the gateway's note. */
export function spendingOf(reply: Pick<ChatReply, 'usage' | 'providerMetadata'>): ExpertSpending {
  const { inputTokens: input, outputTokens: output } = reply.usage;
  const note = noteOf(reply);
  return {
    usage: {
      inputTokens: input.total ?? 0,
      outputTokens: output.total ?? 0,
      reasoningTokens: output.reasoning ?? 0,
      cachedInputTokens: input.cacheRead ?? 0,
    },
    requests: note?.requests ?? 1,
    cached: note?.cached ?? false,
    costUsd: note?.costUsd,
  };
}

/** The caller's words to the gateway, and the call without them. */
export function splitContext(call: ChatCall): { call: ChatCall; context: CallContext } {
  const options = call.providerOptions;
  if (options?.overread === undefined) return { call, context: {} };
  const { overread, ...rest } = options;
  return {
    call: { ...call, providerOptions: Object.keys(rest).length === 0 ? undefined : rest },
    context: overread as CallContext,
  };
}

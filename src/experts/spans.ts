// One OpenTelemetry span per model call, by the gen_ai conventions; what was said is in it only on request.
import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import { OverreadError } from '../domain/errors.ts';
import { type ChatCall, type ChatReply, noteOf } from './chat-model.ts';
import { withHashes } from './prompt-pixels.ts';

export interface SpanOptions {
  readonly tracer: Tracer;
  /** Put prompt and reply text into spans (images as hashes). Default false. */
  readonly content?: boolean;
}

/** Runs `work` inside a span. */
export async function inSpan(
  { tracer, content }: SpanOptions,
  target: { readonly provider: string; readonly model: string; readonly origin: string },
  call: ChatCall,
  work: () => Promise<ChatReply>,
): Promise<ChatReply> {
  const url = new URL(target.origin);
  const span = tracer.startSpan(`chat ${target.model}`, {
    kind: SpanKind.CLIENT,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': target.provider,
      'gen_ai.request.model': target.model,
      'server.address': url.hostname,
      'server.port': Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
      ...(call.temperature === undefined ? {} : { 'gen_ai.request.temperature': call.temperature }),
      ...(call.maxOutputTokens === undefined ? {} : { 'gen_ai.request.max_tokens': call.maxOutputTokens }),
      ...(call.seed === undefined ? {} : { 'gen_ai.request.seed': call.seed }),
      ...(content === true ? { 'gen_ai.input.messages': JSON.stringify(withHashes(call.prompt)) } : {}),
    },
  });
  try {
    const reply = await work();
    const note = noteOf(reply);
    span.setAttributes({
      'gen_ai.response.finish_reasons': [reply.finishReason.unified],
      'gen_ai.usage.input_tokens': reply.usage.inputTokens.total ?? 0,
      'gen_ai.usage.output_tokens': reply.usage.outputTokens.total ?? 0,
      ...(reply.response?.modelId === undefined ? {} : { 'gen_ai.response.model': reply.response.modelId }),
      ...(reply.response?.id === undefined ? {} : { 'gen_ai.response.id': reply.response.id }),
      'overread.cached': note?.cached ?? false,
      'overread.requests': note?.requests ?? 0,
      ...(content === true ? { 'gen_ai.output.messages': JSON.stringify(withHashes(reply.content)) } : {}),
    });
    return reply;
  } catch (error) {
    const code = OverreadError.isInstance(error) ? error.code : 'internal';
    span.setAttribute('error.type', code);
    // The code only: a provider's own words may quote the prompt.
    span.setStatus({ code: SpanStatusCode.ERROR, message: code });
    throw error;
  } finally {
    span.end();
  }
}

// Exchanges with models as text: the cache key of a request, and replies as they are cached, recorded and replayed.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, sha256 } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import type { CallContext, ChatCall, ChatReply } from './chat-model.ts';
import { withHashes } from './prompt-pixels.ts';

/** A request as it is hashed and recorded: pixels by hash; no header, key, patient or address in it. */
export interface CanonicalRequest {
  readonly version: 1;
  readonly model: string;
  /** Origin and path of the endpoint, without user, password or query; absent from recordings. */
  readonly endpoint?: string;
  readonly sample?: string | number;
  readonly call: Readonly<Record<string, unknown>>;
}

/** The request in canonical form, its key, and the hashes of its pictures. */
export function canonicalRequest(
  model: string,
  endpoint: string | undefined,
  call: ChatCall,
  context: CallContext,
): { key: string; request: CanonicalRequest; blobs: string[] } {
  // Headers may hold secrets and the signal is no data; both leave the answer as it is.
  const { abortSignal: _signal, headers: _headers, includeRawChunks: _raw, prompt, ...settings } = call;
  const url = endpoint === undefined ? undefined : new URL(endpoint);
  const blobs = new Set<string>();
  const request: CanonicalRequest = {
    version: 1,
    model,
    ...(url === undefined ? {} : { endpoint: `${url.origin}${url.pathname.replace(/\/+$/, '')}` }),
    ...(context.sample === undefined ? {} : { sample: context.sample }),
    call: { ...settings, prompt: withHashes(prompt, blobs) },
  };
  return { key: sha256(canonicalJson(request)), request, blobs: [...blobs] };
}

type Kept = Pick<ChatReply, 'content' | 'finishReason' | 'usage' | 'providerMetadata' | 'warnings'> & {
  response?: { id?: string; modelId?: string };
};

/**
 * A reply as text, without request, headers and raw body; undefined when it should not be kept: it broke off, or has
 * pictures in it.
 */
export function replyText(reply: ChatReply): string | undefined {
  if (reply.finishReason.unified === 'error' || reply.finishReason.unified === 'interrupted')
    return undefined;
  if (reply.content.some((part) => part.type === 'file' || part.type === 'reasoning-file')) return undefined;
  const { content, finishReason, usage, warnings } = reply;
  const { overread: _note, ...providerMetadata } = reply.providerMetadata ?? {};
  const kept: Kept = {
    content,
    finishReason,
    usage: { inputTokens: usage.inputTokens, outputTokens: usage.outputTokens },
    warnings,
    ...(Object.keys(providerMetadata).length === 0 ? {} : { providerMetadata }),
    response: { id: reply.response?.id, modelId: reply.response?.modelId },
  };
  return JSON.stringify(kept);
}

export function replyOf(text: string): ChatReply {
  return JSON.parse(text) as ChatReply;
}

export interface Recordings {
  load(key: string): Promise<string | undefined>;
  save(key: string, request: CanonicalRequest, reply: string): Promise<void>;
}

/** One JSON file per exchange, `<key>.json`, readable on its own: the request with hashes, and the reply. */
export function recordings(folder: string): Recordings {
  return {
    async load(key) {
      let text: string;
      try {
        text = await readFile(join(folder, `${key}.json`), 'utf8');
      } catch {
        return undefined;
      }
      try {
        return JSON.stringify((JSON.parse(text) as { reply: unknown }).reply);
      } catch (cause) {
        throw new OverreadError('file-corrupt', `The recording ${key}.json is damaged: record it again.`, {
          cause,
        });
      }
    },
    async save(key, request, reply) {
      const path = join(folder, `${key}.json`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const text = JSON.stringify({ request, reply: JSON.parse(reply) as unknown }, null, 1);
        await writeFile(`${path}.${process.pid}.tmp`, `${text}\n`, { mode: 0o600 });
        await rename(`${path}.${process.pid}.tmp`, path);
      } catch (cause) {
        throw new OverreadError(
          'write-failed',
          'The exchange cannot be recorded: check the recording folder.',
          { cause },
        );
      }
    },
  };
}

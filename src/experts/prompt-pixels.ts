// Pixels in prompts: by hash until the moment of the call, by bytes only inside it.
import { sha256 } from '../domain/content-hash.ts';
import { OverreadError } from '../domain/errors.ts';
import type { BlobStore } from '../storage/blobs.ts';
import type { ChatPrompt } from './chat-model.ts';

const SCHEME = 'overread-blob:';

/** A prompt part that stands for a stored picture; the gateway puts the bytes in when it calls. */
export function imagePart(
  hash: string,
  mediaType = 'image/png',
): {
  type: 'file';
  mediaType: string;
  data: { type: 'url'; url: URL };
} {
  return { type: 'file', mediaType, data: { type: 'url', url: new URL(`${SCHEME}${hash}`) } };
}

interface FilePartLike {
  type: string;
  data?: unknown;
}

interface FileData {
  readonly type: string;
  readonly url?: URL | string;
  readonly data?: Uint8Array | string;
}

function isFile(value: unknown): value is FilePartLike & { data: FileData } {
  const part = value as FilePartLike | null;
  return (
    typeof part === 'object' &&
    part !== null &&
    (part.type === 'file' || part.type === 'reasoning-file') &&
    typeof part.data === 'object' &&
    part.data !== null &&
    !(part.data instanceof Uint8Array)
  );
}

/** Hash of a stored picture behind a file part, or undefined. */
function storedHash(data: FileData): string | undefined {
  const url = data.type === 'url' ? String(data.url) : '';
  return url.startsWith(SCHEME) ? url.slice(SCHEME.length) : undefined;
}

function hashOf(data: FileData): string {
  const stored = storedHash(data);
  if (stored !== undefined) return stored;
  if (data.data instanceof Uint8Array) return sha256(data.data);
  if (typeof data.data === 'string') return sha256(Buffer.from(data.data, 'base64'));
  return sha256(JSON.stringify(data));
}

/** A copy of a prompt (or any part of one) in which every file is its content hash. */
export function withHashes(value: unknown, found?: Set<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withHashes(item, found));
  if (typeof value !== 'object' || value === null) return value;
  if (isFile(value)) {
    const hash = hashOf(value.data);
    found?.add(hash);
    return { ...value, data: { sha256: hash } };
  }
  const out: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) out[name] = withHashes(inner, found);
  return out;
}

/** True when a prompt names a stored picture somewhere. */
function needsBytes(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(needsBytes);
  if (typeof value !== 'object' || value === null) return false;
  if (isFile(value)) return value.data.type === 'url';
  const { content, output } = value as { content?: unknown; output?: { type?: string; value?: unknown } };
  return needsBytes(content) || (output?.type === 'content' && needsBytes(output.value));
}

/** Bytes behind a file part of a stored picture. Errors: `not-allowed`, `file-not-found`. */
async function bytesOf(data: FileData, blobs: BlobStore | undefined): Promise<Uint8Array> {
  const hash = storedHash(data);
  if (hash === undefined)
    throw new OverreadError(
      'not-allowed',
      'Prompts carry no web addresses as images: store the image and name its hash.',
    );
  const bytes = await blobs?.get(hash);
  if (bytes !== undefined) return bytes;
  throw new OverreadError(
    'file-not-found',
    'An image of this question is missing from the blob folder: build or resolve the case again.',
  );
}

async function filled(value: unknown, blobs: BlobStore | undefined): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((item) => filled(item, blobs)));
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (isFile(value)) {
    if (value.data.type !== 'url') return value;
    return { ...value, data: { type: 'data', data: await bytesOf(value.data, blobs) } };
  }
  const { content, output } = value as { content?: unknown; output?: { type?: string; value?: unknown } };
  if (content !== undefined && typeof content !== 'string')
    return { ...value, content: await filled(content, blobs) };
  if (output?.type === 'content')
    return { ...value, output: { ...output, value: await filled(output.value, blobs) } };
  return value;
}

/**
 * The prompt with the bytes of every stored picture in place of its hash.
 * Errors: `file-not-found` when a blob is gone, `not-allowed` for a web address.
 */
export async function withBytes(prompt: ChatPrompt, blobs: BlobStore | undefined): Promise<ChatPrompt> {
  if (!needsBytes(prompt)) return prompt;
  return (await filled(prompt, blobs)) as ChatPrompt;
}

/**
 * Looks at each stored picture that a prompt names, one after the other, and keeps what `look` makes of it, by address.
 * Errors: as `withBytes`.
 */
export async function lookedAt<T>(
  prompt: ChatPrompt,
  blobs: BlobStore | undefined,
  look: (bytes: Uint8Array) => T,
  known: Map<string, T>,
): Promise<ReadonlyMap<string, T>> {
  const visit = async (value: unknown): Promise<void> => {
    if (Array.isArray(value)) {
      for (const item of value) await visit(item);
      return;
    }
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
    if (isFile(value)) {
      const { data } = value;
      if (data.type === 'url' && !known.has(String(data.url)))
        known.set(String(data.url), look(await bytesOf(data, blobs)));
      return;
    }
    const { content, output } = value as { content?: unknown; output?: { value?: unknown } };
    await visit(content);
    await visit(output?.value);
  };
  if (needsBytes(prompt)) await visit(prompt);
  return known;
}

// Results as MCP wants them: text for every client, the same as structured content, pictures as image blocks.
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { isBlobHash } from '../../storage/blobs.ts';

/** A picture or sound of the session as it travels. */
export interface SentPicture {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** More picture bytes than this in one result are left to `resources/read`. */
const MOST_BYTES = 16 << 20;

export const pictureUri = (hash: string): string => `overread://picture/${hash}`;

/** The hash in a picture's address; undefined for any other address. */
export function hashOfUri(uri: string): string | undefined {
  const hash = /^overread:\/\/picture\/([0-9a-f]{64})$/.exec(uri)?.[1];
  return isBlobHash(hash) ? hash : undefined;
}

/** An error that the client's model reads: one sentence, marked as such. */
export function failed(sentence: string): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: sentence }] };
}

/** `value` is plain JSON; what is no object is wrapped as `{ result }`. */
export function answered(value: unknown, pictures: readonly SentPicture[] = []): CallToolResult {
  const structured = (
    typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { result: value ?? null }
  ) as Record<string, unknown>;
  let left = MOST_BYTES;
  const shown = pictures.filter(({ bytes }) => {
    left -= bytes.length;
    return left >= 0;
  });
  return {
    content: [
      { type: 'text', text: JSON.stringify(structured) },
      ...shown.map(({ bytes, mediaType }) => ({
        type: mediaType.startsWith('audio/') ? ('audio' as const) : ('image' as const),
        data: Buffer.from(bytes).toString('base64'),
        mimeType: mediaType,
      })),
    ],
    structuredContent: structured,
  };
}

/** Hashes of pictures that a tool's result names at its top: `image`, and `images` where there are several. */
export function picturesNamed(result: unknown): string[] {
  if (typeof result !== 'object' || result === null) return [];
  const { image, images } = result as { image?: unknown; images?: unknown };
  const named = [image, ...(Array.isArray(images) ? images : [])].map((each) =>
    typeof each === 'object' && each !== null && 'hash' in each ? each.hash : each,
  );
  return [...new Set(named.filter(isBlobHash))];
}

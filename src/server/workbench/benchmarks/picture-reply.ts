// Stored pictures and sounds as replies: of known kinds only, so that no stored text is taken for a page.
import { OverreadError } from '../../../domain/errors.ts';

const KINDS: readonly (readonly [type: string, at: number, head: readonly number[]])[] = [
  ['image/png', 0, [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', 0, [0xff, 0xd8, 0xff]],
  ['image/webp', 8, [0x57, 0x45, 0x42, 0x50]],
  ['audio/wav', 8, [0x57, 0x41, 0x56, 0x45]],
  ['audio/mpeg', 0, [0x49, 0x44, 0x33]],
  ['audio/mpeg', 0, [0xff, 0xfb]],
  ['audio/ogg', 0, [0x4f, 0x67, 0x67, 0x53]],
  ['audio/flac', 0, [0x66, 0x4c, 0x61, 0x43]],
];

/** Kept by the browser for ever: the address is the content's hash. Throws `file-not-found`. */
export function pictureReply(bytes: Uint8Array | undefined): Response {
  const type = bytes === undefined ? undefined : mediaTypeOf(bytes);
  if (bytes === undefined || type === undefined)
    throw new OverreadError('file-not-found', 'The store holds no such picture or sound.');
  return new Response(new Uint8Array(bytes), {
    headers: { 'content-type': type, 'cache-control': 'private, max-age=31536000, immutable' },
  });
}

function mediaTypeOf(bytes: Uint8Array): string | undefined {
  return KINDS.find(([, at, head]) => head.every((byte, i) => bytes[at + i] === byte))?.[0];
}

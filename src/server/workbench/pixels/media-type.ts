// What stored bytes are, by their first ones: only what a page shows as a picture or plays is called by its name.

const starts = (bytes: Uint8Array, text: string, at = 0): boolean =>
  bytes.length >= at + text.length && [...text].every((letter, i) => bytes[at + i] === letter.charCodeAt(0));

/** undefined for anything else, which is to be saved and never shown. */
export function mediaTypeOf(bytes: Uint8Array): string | undefined {
  if (starts(bytes, '\x89PNG\r\n\x1a\n')) return 'image/png';
  if (starts(bytes, '\xff\xd8\xff')) return 'image/jpeg';
  if (starts(bytes, 'GIF87a') || starts(bytes, 'GIF89a')) return 'image/gif';
  if (starts(bytes, 'RIFF') && starts(bytes, 'WEBP', 8)) return 'image/webp';
  if (starts(bytes, 'RIFF') && starts(bytes, 'WAVE', 8)) return 'audio/wav';
  if (starts(bytes, 'ID3')) return 'audio/mpeg';
  // A frame of MPEG audio, layer III: eleven set bits, then neither a reserved version nor another layer.
  if (bytes.length >= 4 && bytes[0] === 0xff && (bytes[1] & 0xe6) === 0xe2 && (bytes[1] & 0x18) !== 0x08)
    return 'audio/mpeg';
  return undefined;
}

// Unpacking Parquet pages, never to more bytes than the page says and the limit allows.
import * as zlib from 'node:zlib';
import { type Compressors, snappyUncompress } from 'hyparquet';
import { OverreadError } from '../domain/errors.ts';

type Unpack = (input: Uint8Array, options: { maxOutputLength: number }) => Buffer;

/** Codecs of pages. A page of more than `maxBytes` throws `limit-exceeded` before it is given memory. */
export function pageCodecs(name: string, maxBytes: number): Compressors {
  const checked = (unpack: (input: Uint8Array, length: number) => Uint8Array) => {
    return (input: Uint8Array, length: number) => {
      if (length > maxBytes)
        throw new OverreadError(
          'limit-exceeded',
          `A page of ${name} unfolds to ${length} bytes, more than ${maxBytes}: raise maxRecordBytes if you trust the file.`,
          { details: { option: 'maxRecordBytes', limit: maxBytes } },
        );
      return unpack(input, length);
    };
  };
  const byZlib = (unpack: Unpack) =>
    checked((input, length) =>
      length === 0 ? new Uint8Array() : unpack(input, { maxOutputLength: length }),
    );
  // Node 22.15 and later.
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: Unpack };
  return {
    SNAPPY: checked((input, length) => {
      const output = new Uint8Array(length);
      snappyUncompress(input, output);
      return output;
    }),
    GZIP: byZlib(zlib.gunzipSync),
    BROTLI: byZlib(zlib.brotliDecompressSync),
    ZSTD:
      zstdDecompressSync === undefined
        ? () => {
            throw new OverreadError(
              'dependency-missing',
              `${name} is packed with Zstandard, which this Node cannot unpack: use Node 22.15 or later.`,
            );
          }
        : byZlib(zstdDecompressSync),
    LZ4_RAW: checked(lz4Block),
  };
}

/** One raw LZ4 block (the format's "block" layer, without frames). */
export function lz4Block(input: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  let from = 0;
  let to = 0;
  const longer = (nibble: number): number => {
    let total = nibble;
    if (nibble === 15)
      for (let byte = 255; byte === 255; ) {
        if (from >= input.length) throw new RangeError('the LZ4 block ends early');
        byte = input[from++];
        total += byte;
      }
    return total;
  };
  while (from < input.length) {
    const token = input[from++];
    const literals = longer(token >> 4);
    if (from + literals > input.length || to + literals > length)
      throw new RangeError('the LZ4 block is damaged');
    output.set(input.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    // The last sequence has no match.
    if (from >= input.length) break;
    const distance = input[from] | (input[from + 1] << 8);
    from += 2;
    const match = longer(token & 15) + 4;
    if (!(distance > 0 && distance <= to) || to + match > length)
      throw new RangeError('the LZ4 block is damaged');
    // A match may reach into what it writes.
    for (let at = 0; at < match; at++, to++) output[to] = output[to - distance];
  }
  if (to !== length) throw new RangeError('the LZ4 block is too short');
  return output;
}

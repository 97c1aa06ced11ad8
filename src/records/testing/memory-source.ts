// A file in memory that is read in chunks of any sizes, for tests of streams.
import { OverreadError } from '../../domain/errors.ts';
import type { ByteSource, DataRoot, Streamed } from '../source.ts';

/** @param sizes lengths of the chunks, over and over. Default: all at once. */
export function memorySource(
  name: string,
  bytes: Uint8Array,
  sizes: readonly number[] = [1 << 20],
): ByteSource {
  return {
    name,
    size: bytes.length,
    async read(start, end) {
      if (end > bytes.length) throw new OverreadError('file-truncated', `${name} ends early: copy it again.`);
      return bytes.slice(start, end);
    },
    async *stream(start = 0) {
      for (let at = start, turn = 0; at < bytes.length; turn++) {
        const end = Math.min(bytes.length, at + sizes[turn % sizes.length]);
        yield bytes.slice(at, end);
        at = end;
      }
    },
  };
}

export function memoryData(files: Readonly<Record<string, Uint8Array>>): DataRoot {
  return {
    path: 'memory',
    list: async () => Object.keys(files).sort(),
    has: async (name) => Object.hasOwn(files, name),
    async open(name) {
      if (!Object.hasOwn(files, name)) throw new OverreadError('file-not-found', `There is no ${name}.`);
      return memorySource(name, files[name]);
    },
  };
}

/** What a stream yields until it ends or throws. */
export async function collect<T>(
  stream: AsyncIterable<Streamed<T>>,
): Promise<{ records: Streamed<T>[]; error?: unknown }> {
  const records: Streamed<T>[] = [];
  try {
    for await (const record of stream) records.push(record);
  } catch (error) {
    return { records, error };
  }
  return { records };
}

// Entries of a zip archive that may lie anywhere a ByteSource does, each as a stream.
import { Readable } from 'node:stream';
import * as yauzl from 'yauzl';
import { messageOf, OverreadError } from '../domain/errors.ts';
import type { ByteSource } from './source.ts';

export interface ZipEntry {
  readonly name: string;
  /** Unpacked. */
  readonly size: number;
  /** Unpacked bytes from the beginning; no more than `size`. Throws `file-corrupt`. */
  stream(): AsyncIterable<Uint8Array>;
}

const MAX_ENTRIES = 1_000_000;

class SourceReader extends yauzl.RandomAccessReader {
  readonly source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.source = source;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const { source } = this;
    async function* range(): AsyncGenerator<Uint8Array> {
      let left = end - start;
      for await (const chunk of source.stream(start)) {
        yield chunk.length > left ? chunk.subarray(0, left) : chunk;
        left -= chunk.length;
        if (left <= 0) return;
      }
    }
    return Readable.from(range(), { objectMode: false, highWaterMark: 1 << 20 });
  }
}

/**
 * Files of a zip archive in its directory's order.
 * @throws `file-corrupt`, `file-truncated`, `path-escape`, `limit-exceeded`
 */
export async function zipEntries(source: ByteSource): Promise<readonly ZipEntry[]> {
  const { name } = source;
  const failed = (cause: unknown): unknown => {
    if (OverreadError.isInstance(cause)) return cause;
    const escapes = /(invalid relative path|absolute path|invalid characters)/i.test(String(cause));
    return escapes
      ? new OverreadError(
          'path-escape',
          `${name} holds a file that points outside the archive: it is damaged or hostile.`,
          { cause },
        )
      : new OverreadError(
          'file-corrupt',
          `${name} is not a sound zip archive (${messageOf(cause)}): copy it again.`,
          {
            cause,
          },
        );
  };
  const options = { lazyEntries: true, autoClose: false, decodeStrings: true } as const;
  try {
    const zip = await yauzl.fromRandomAccessReaderPromise(new SourceReader(source), source.size, options);
    const entries: ZipEntry[] = [];
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      if (entry.isEncrypted())
        throw new OverreadError('format-unsupported', `${name} is encrypted: unpack it first.`);
      if (entries.length >= MAX_ENTRIES)
        throw new OverreadError('limit-exceeded', `${name} holds more than ${MAX_ENTRIES} files.`);
      entries.push({
        name: entry.fileName,
        size: entry.uncompressedSize,
        async *stream() {
          try {
            // The library ends the stream with an error when an entry holds more or less than it says.
            const bytes = await zip.openReadStreamPromise(entry);
            for await (const chunk of bytes as AsyncIterable<Buffer>) yield chunk;
          } catch (cause) {
            throw failed(cause);
          }
        },
      });
    }
    return entries;
  } catch (cause) {
    throw failed(cause);
  }
}

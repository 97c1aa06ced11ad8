// Bytes of a source from any place on, unpacked when they are gzip, for readers that take them piece by piece.
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { OverreadError } from '../domain/errors.ts';
import type { ByteSource } from './source.ts';

export interface Flow {
  /** What was read last; bytes from `at` on are still to be taken. */
  chunk: Uint8Array;
  at: number;
  /** Place of `chunk[at]` in the unpacked stream. */
  position(): number;
  /** Goes to the next chunk, to be called once `at` is at the chunk's end. False at the end of the stream. */
  more(): Promise<boolean>;
  close(): Promise<void>;
}

/** Unpacked bytes from `start`, a place in the unpacked stream. */
async function* unpacked(
  source: ByteSource,
  start: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const head = source.size < 2 ? new Uint8Array() : await source.read(0, 2);
  if (head.length === 0 && source.name.endsWith('.gz'))
    throw new OverreadError('file-truncated', `${source.name} is empty: copy it again.`);
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    if (start > source.size) throw beyond(source.name);
    for await (const chunk of source.stream(start)) {
      signal?.throwIfAborted();
      yield chunk;
    }
    return;
  }
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  const fed = pipeline(Readable.from(source.stream(), { objectMode: true, highWaterMark: 2 }), gunzip);
  // Its failure comes out of the loop below as well; without this it would count as unhandled.
  fed.catch(() => {});
  let left = start;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      if (left >= chunk.length) left -= chunk.length;
      else {
        yield left === 0 ? chunk : chunk.subarray(left);
        left = 0;
      }
    }
    if (left > 0) throw beyond(source.name);
  } catch (error) {
    throw gzipError(source.name, error);
  } finally {
    gunzip.destroy();
  }
}

function beyond(name: string): OverreadError {
  return new OverreadError(
    'file-truncated',
    `${name} is shorter than when it was last read: copy it again, or begin it anew.`,
  );
}

function gzipError(name: string, error: unknown): unknown {
  const code = String((error as NodeJS.ErrnoException | undefined)?.code ?? '');
  if (!code.startsWith('Z_') || OverreadError.isInstance(error)) return error;
  return code === 'Z_BUF_ERROR'
    ? new OverreadError(
        'file-truncated',
        `${name} ends in the middle of its compressed stream: copy it again.`,
        { cause: error },
      )
    : new OverreadError('file-corrupt', `${name} is not a sound gzip stream: copy it again.`, {
        cause: error,
      });
}

/**
 * Opens a source at a place of its unpacked stream; gzip is known by its first bytes, whatever the name. A gzip stream
 * is unpacked from its beginning, since there is no other way in.
 * Errors of the flow: `file-truncated`, `file-corrupt`, those of the source.
 */
export function openFlow(source: ByteSource, start: number, signal?: AbortSignal): Flow {
  const chunks = unpacked(source, start, signal);
  let base = start;
  const flow: Flow = {
    chunk: new Uint8Array(),
    at: 0,
    position: () => base + flow.at,
    async more() {
      for (;;) {
        const { done, value } = await chunks.next();
        if (done) return false;
        base += flow.chunk.length;
        flow.chunk = value;
        flow.at = 0;
        if (value.length > 0) return true;
      }
    },
    async close() {
      await chunks.return(undefined);
    },
  };
  return flow;
}

/** Gathers the bytes of one record out of chunks, up to a limit. */
export interface Gatherer {
  /** Bytes gathered. */
  length(): number;
  /** Keeps `chunk[from]` up to `chunk[to]`; calls `tooLong` when that passes the limit. */
  add(chunk: Uint8Array, from: number, to: number): void;
  /** The bytes in memory of their own, and an empty gatherer. */
  take(): Buffer;
  /** As `take`, but where they lie in one chunk, they are a part of it: for who is done with them at once. */
  lend(): Uint8Array;
}

export function gatherer(limit: number, tooLong: () => OverreadError): Gatherer {
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = () => {
    const bytes = Buffer.concat(parts, length);
    parts = [];
    length = 0;
    return bytes;
  };
  return {
    length: () => length,
    add(chunk, from, to) {
      if (to <= from) return;
      length += to - from;
      if (length > limit) throw tooLong();
      parts.push(chunk.subarray(from, to));
    },
    take,
    lend() {
      if (parts.length !== 1) return take();
      const [bytes] = parts;
      parts = [];
      length = 0;
      return bytes;
    },
  };
}

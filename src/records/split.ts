// Cuts a stream of bytes into records where a format says that one ends.
import { gatherer, openFlow } from './flow.ts';
import type { ByteSource, Cursor, StreamOptions } from './source.ts';
import { MAX_RECORD_BYTES, startOf, tooLong } from './stream-errors.ts';

/** Finds ends of records; holds what it must know of the record so far. */
export interface Boundary {
  /** The place in `chunk` just past the record's end, seen from `at` on; −1 when it lies in a later chunk. */
  end(chunk: Uint8Array, at: number): number;
  /** Whether these bytes are no record, such as an empty line. */
  blank(bytes: Uint8Array): boolean;
}

export interface Piece {
  /** Not to be kept: they may be a part of a larger chunk. */
  readonly bytes: Uint8Array;
  /** Records before this one in the file. */
  readonly index: number;
  readonly next: Cursor;
  /** False for the last bytes of a file that do not end as a record should. */
  readonly ended: boolean;
}

/** Records as bytes, their line ends included. Throws `limit-exceeded` as soon as one grows too long. */
export async function* split(
  source: ByteSource,
  options: StreamOptions,
  boundary: Boundary,
): AsyncGenerator<Piece> {
  const start = startOf(source, options);
  const limit = options.maxRecordBytes ?? MAX_RECORD_BYTES;
  const flow = openFlow(source, start.offset, options.signal);
  let index = start.index;
  const held = gatherer(limit, () => tooLong(source.name, index, limit));
  try {
    while (await flow.more()) {
      while (flow.at < flow.chunk.length) {
        const end = boundary.end(flow.chunk, flow.at);
        held.add(flow.chunk, flow.at, end < 0 ? flow.chunk.length : end);
        flow.at = end < 0 ? flow.chunk.length : end;
        if (end < 0) break;
        const bytes = held.lend();
        if (boundary.blank(bytes)) continue;
        const next = { file: source.name, offset: flow.position(), index: index + 1 };
        yield { bytes, index, next, ended: true };
        index++;
      }
    }
    const bytes = held.lend();
    if (!boundary.blank(bytes))
      yield {
        bytes,
        index,
        next: { file: source.name, offset: flow.position(), index: index + 1 },
        ended: false,
      };
  } finally {
    await flow.close();
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** UTF-8, a byte-order mark dropped. Throws TypeError for bytes that are not. */
export function utf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

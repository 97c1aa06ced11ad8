// The sentences that readers of release files end in: which file, which record, what to do.
import { messageOf, OverreadError } from '../domain/errors.ts';
import type { ByteSource, Cursor, StreamOptions } from './source.ts';

/** Longest record that a stream gathers unless it is told another. */
export const MAX_RECORD_BYTES = 256 << 20;

/** `record` counts from 0, as cursors do; sentences count from 1. */
export function truncated(name: string, record: number): OverreadError {
  return new OverreadError(
    'file-truncated',
    `${name} ends in the middle of record ${record + 1}: copy it again.`,
    { details: { file: name, record: record + 1 } },
  );
}

/** `what` completes "FILE, record N: …". */
export function corrupt(name: string, record: number, what: string, cause?: unknown): OverreadError {
  return new OverreadError('file-corrupt', `${name}, record ${record + 1}: ${what}; copy it again.`, {
    cause,
    details: { file: name, record: record + 1 },
  });
}

export function tooLong(name: string, record: number, limit: number): OverreadError {
  return new OverreadError(
    'limit-exceeded',
    `${name}, record ${record + 1} is longer than ${limit} bytes: raise maxRecordBytes if you trust the file.`,
    { details: { file: name, record: record + 1, option: 'maxRecordBytes', limit } },
  );
}

/** Anything that a decoder threw, as one of ours. Aborts and errors of this package pass through. */
export function decodeError(name: string, record: number, error: unknown, signal?: AbortSignal): unknown {
  if (OverreadError.isInstance(error) || signal?.aborted) return error;
  return corrupt(name, record, `it cannot be decoded (${messageOf(error)})`, error);
}

/** Where to begin. Throws `bad-argument` for a cursor of another file or one that no stream made. */
export function startOf(source: ByteSource, { from }: StreamOptions): Pick<Cursor, 'offset' | 'index'> {
  if (from === undefined) return { offset: 0, index: 0 };
  const counted = (value: number) => Number.isSafeInteger(value) && value >= 0;
  if (from.file !== source.name || !counted(from.offset) || !counted(from.index))
    throw new OverreadError(
      'bad-argument',
      `The cursor to go on from is not one of ${source.name}: begin this file anew.`,
    );
  return from;
}

// Several files of a release as one stream, as shards are.
import { OverreadError } from '../domain/errors.ts';
import type { ByteSource, DataRoot, Streamed, StreamOptions } from './source.ts';

/**
 * The records of each file in turn. A cursor names its file, so a stream is gone on with in the middle of any of them.
 * @throws `bad-argument` for a cursor of a file that is not among `names`; what `stream` throws
 * @example overFiles(data, ['a.jsonl', 'b.jsonl'], jsonlRecords, { from: cursor })
 */
export async function* overFiles<T, O extends StreamOptions>(
  data: DataRoot,
  names: readonly string[],
  stream: (source: ByteSource, options: O) => AsyncIterable<Streamed<T>>,
  options: O = {} as O,
): AsyncGenerator<Streamed<T>> {
  const { from, ...rest } = options;
  const first = from === undefined ? 0 : names.indexOf(from.file);
  if (first < 0)
    throw new OverreadError(
      'bad-argument',
      `The cursor to go on from names ${from?.file}, which is none of the files: begin anew.`,
    );
  for (const [at, name] of names.entries()) {
    if (at < first) continue;
    const own = at === first && from !== undefined ? { ...rest, from } : rest;
    yield* stream(await data.open(name), own as O);
  }
}

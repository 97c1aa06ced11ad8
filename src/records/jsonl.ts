// JSON lines: one record a line, also gzipped.
import { parseJsonText } from './json-text.ts';
import type { ByteSource, Streamed, StreamOptions } from './source.ts';
import { type Boundary, split, utf8 } from './split.ts';
import { corrupt, truncated } from './stream-errors.ts';

const LINE: Boundary = {
  end: (chunk, at) => chunk.indexOf(0x0a, at) + 1 || -1,
  blank(bytes) {
    for (const byte of bytes) if (byte > 0x20) return false;
    return true;
  },
};

/**
 * The values of a file of JSON lines; blank lines are left out and not counted.
 * @throws `file-corrupt`, `file-truncated`, `limit-exceeded`, naming file and record
 */
export async function* jsonlRecords(
  source: ByteSource,
  options: StreamOptions = {},
): AsyncGenerator<Streamed<unknown>> {
  for await (const { bytes, index, next, ended } of split(source, options, LINE)) {
    let value: unknown;
    try {
      value = parseJsonText(utf8(bytes));
    } catch (cause) {
      throw ended ? corrupt(source.name, index, 'it is not JSON', cause) : truncated(source.name, index);
    }
    yield { value, next };
  }
}

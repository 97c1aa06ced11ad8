// JSON Lines with a canary: the first line of every file of a benchmark says that it must not be trained on.
import { createReadStream, createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { finished } from 'node:stream/promises';
import * as z from 'zod';
import { messageOf, OverreadError } from '../domain/errors.ts';

const header = z.object({ canary: z.string() });

/** A benchmark file is not as it should be; names the file and the line. */
export function corrupt(file: string, line: number, why: string, cause?: unknown): OverreadError {
  return new OverreadError(
    'benchmark-invalid',
    `${basename(file)}, line ${line}: ${why}; build the benchmark again or copy it anew.`,
    { cause, details: { file: basename(file), line } },
  );
}

/** One line of a benchmark file as a value of `schema`. */
export function parseLine<T>(file: string, line: number, text: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw corrupt(file, line, `not JSON (${messageOf(error)})`, error);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw corrupt(file, line, `"${issue.path.join('.')}" is wrong (${issue.message})`, parsed.error);
}

export interface Line {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
  /** Where its bytes lie in the file, without the line's end. */
  readonly offset: number;
  readonly length: number;
}

/** The longest line that is read, in bytes: far above any record, far below what would exhaust memory. */
const LONGEST_LINE = 64 * 2 ** 20;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Lines of a text file; empty ones are left out. Only a line feed (after a carriage return or not) ends a line: JSON leaves U+2028 and the like as they
 * are inside a string, where node:readline would cut.
 * Throws `file-not-found`, and `limit-exceeded` for a line of more than `longest` bytes.
 */
export async function* linesOf(file: string, longest = LONGEST_LINE): AsyncGenerator<Line> {
  let line = 0;
  let offset = 0;
  let carried: Buffer[] = [];
  let carriedBytes = 0;
  const tooLong = () =>
    new OverreadError(
      'limit-exceeded',
      `${basename(file)}, line ${line + 1}: longer than ${longest} bytes, so it is no record: check the file.`,
    );
  const next = (tail: Buffer): Line => {
    const bytes = carried.length === 0 ? tail : Buffer.concat([...carried, tail]);
    const length = bytes.at(-1) === RETURN ? bytes.length - 1 : bytes.length;
    const whole = { line: ++line, text: bytes.toString('utf8', 0, length), offset, length };
    offset += bytes.length + 1;
    carried = [];
    carriedBytes = 0;
    return whole;
  };
  const stream = createReadStream(file, { highWaterMark: 1 << 18 });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        if (carriedBytes + end - start > longest) throw tooLong();
        const found = next(chunk.subarray(start, end));
        start = end + 1;
        if (found.text.trim() !== '') yield found;
      }
      if (start === chunk.length) continue;
      carried.push(chunk.subarray(start));
      carriedBytes += chunk.length - start;
      if (carriedBytes > longest) throw tooLong();
    }
    const last = next(Buffer.alloc(0));
    if (last.text.trim() !== '') yield last;
  } catch (cause) {
    if (OverreadError.isInstance(cause) || (cause as NodeJS.ErrnoException).code === undefined) throw cause;
    throw new OverreadError(
      'file-not-found',
      `${basename(file)} cannot be read: is this folder a complete benchmark?`,
      { cause },
    );
  } finally {
    stream.destroy();
  }
}

/**
 * Records of a benchmark file after its canary line, validated. Throws `benchmark-invalid` with the line number for
 * a line that is not JSON or not of the schema, and for a missing or foreign canary.
 * @param canary what the first line must say; any canary is accepted when absent.
 */
export async function* readJsonl<T>(file: string, schema: z.ZodType<T>, canary?: string): AsyncGenerator<T> {
  let first = true;
  for await (const { line, text } of linesOf(file)) {
    if (first) {
      first = false;
      const found = parseLine(file, line, text, header);
      if (canary !== undefined && found.canary !== canary)
        throw corrupt(file, line, 'the canary is not that of benchmark.json');
      continue;
    }
    yield parseLine(file, line, text, schema);
  }
  if (first) throw corrupt(file, 1, 'the file is empty, its canary line is missing');
}

export interface JsonlWriter {
  /** Appends one record (any JSON value). Resolves when more may be written. */
  write(record: unknown): Promise<void>;
  close(): Promise<void>;
}

/** Creates a file whose first line is the canary. A failure to write rejects with `write-failed`. */
export function writeJsonl(file: string, canary: string): JsonlWriter {
  const stream = createWriteStream(file, { encoding: 'utf8', mode: 0o600 });
  let failure: unknown;
  stream.on('error', (error) => {
    failure = error;
  });
  const check = () => {
    if (failure === undefined) return;
    throw new OverreadError(
      'write-failed',
      `${basename(file)} cannot be written: free some space or choose another output folder.`,
      { cause: failure },
    );
  };
  const writer: JsonlWriter = {
    async write(record) {
      check();
      if (!stream.write(`${JSON.stringify(record)}\n`) && failure === undefined)
        await new Promise<void>((resolve) => {
          const done = () => {
            stream.off('drain', done).off('error', done);
            resolve();
          };
          stream.on('drain', done).on('error', done);
        });
      check();
    },
    async close() {
      stream.end();
      await finished(stream).catch((error: unknown) => {
        failure = error;
      });
      check();
    },
  };
  void stream.write(`${JSON.stringify({ canary })}\n`);
  return writer;
}

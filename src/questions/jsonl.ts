// JSON Lines with a canary: the first line of every file of a benchmark says that it must not be trained on.
import { createReadStream, createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
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

/** Lines of a text file with their 1-based numbers; empty lines are left out. */
export async function* linesOf(file: string): AsyncGenerator<{ line: number; text: string }> {
  const stream = createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 18 });
  const reader = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  let line = 0;
  let failure: unknown;
  stream.on('error', (error) => {
    failure = error;
    reader.close();
  });
  try {
    for await (const text of reader) {
      line++;
      if (text.trim() !== '') yield { line, text };
    }
  } finally {
    reader.close();
    stream.destroy();
  }
  if (failure !== undefined)
    throw new OverreadError(
      'file-not-found',
      `${basename(file)} cannot be read: is this folder a complete benchmark?`,
      { cause: failure },
    );
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

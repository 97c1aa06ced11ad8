// Rows of a release, each checked against its schema: a wrong one is named by file and number.
import type * as z from 'zod';
import { OverreadError } from '../domain/errors.ts';
import { jsonElements } from '../records/json.ts';
import type { DataRoot, Streamed } from '../records/source.ts';

/** The rows of a stream. Throws `file-corrupt` for one that the schema refuses, and what the stream throws. */
export async function* checkedRows<T>(
  stream: AsyncIterable<Streamed<unknown>>,
  schema: z.ZodType<T>,
): AsyncGenerator<T> {
  for await (const { value, next } of stream) yield checkedRow(value, schema, next.file, next.index - 1);
}

/** The rows of a file that is one JSON list. */
export async function* listRows<T>(data: DataRoot, name: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  yield* checkedRows(jsonElements(await data.open(name)), schema);
}

/** A row that the schema accepts. `at` counts from 0. Throws `file-corrupt`. */
export function checkedRow<T>(value: unknown, schema: z.ZodType<T>, name: string, at: number): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new OverreadError(
    'file-corrupt',
    `${name}, record ${at + 1}: "${issue.path.join('.')}" is wrong (${issue.message}).`,
  );
}

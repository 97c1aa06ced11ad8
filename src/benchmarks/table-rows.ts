// Rows of release tables whatever they are kept in: Parquet, Arrow, JSON lines, a JSON list, CSV or TSV, one or many files.
import * as z from 'zod';
import { OverreadError } from '../domain/errors.ts';
import { arrowRecords } from '../records/arrow.ts';
import { delimitedRecords } from '../records/delimited.ts';
import { jsonElements } from '../records/json.ts';
import { jsonlRecords } from '../records/jsonl.ts';
import { parquetRecords } from '../records/parquet.ts';
import type { ByteSource, DataRoot, Streamed, StreamOptions } from '../records/source.ts';
import type { DataCard } from './published.ts';
import { checkedRow } from './release-rows.ts';

type Row = Readonly<Record<string, unknown>>;
type Rows = (source: ByteSource, options: StreamOptions) => AsyncIterable<Streamed<unknown>>;

/** A cell that must be there, as text: tables of text and typed tables hold the same column differently. */
export const textCell = z.union([z.string(), z.number(), z.bigint(), z.boolean()]).transform(String);
/** A cell that may be empty or absent: "" then. */
export const optionalCell = z
  .union([z.string(), z.number(), z.bigint(), z.boolean()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? '' : String(value)));

/** Readers by the end of a file's name; each may be gzipped where it is text. */
const READERS: readonly (readonly [RegExp, Rows])[] = [
  [/\.parquet$/i, parquetRecords],
  [/\.arrow$/i, arrowRecords],
  [/\.(?:jsonl|ndjson)(?:\.gz)?$/i, jsonlRecords],
  [/\.json(?:\.gz)?$/i, jsonElements],
  [/\.(?:tsv|tab|csv)(?:\.gz)?$/i, delimitedRecords],
];

/** Whether a file is a table by its name. */
export function isTable(name: string): boolean {
  return READERS.some(([pattern]) => pattern.test(name));
}

export interface TableRow<T> {
  readonly row: T;
  /** File within the release. */
  readonly file: string;
  /** Record of the file, from 0. */
  readonly at: number;
}

export interface TableOptions {
  /** Our field → the release's column, where they differ. */
  readonly columns?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The card's column map with a user's overrides. Throws `bad-argument` for a field that the benchmark does not have. */
export function columnsOf(
  { columns = {} }: Pick<DataCard, 'columns'>,
  overrides: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const strange = Object.keys(overrides).find((field) => !Object.hasOwn(columns, field));
  if (strange !== undefined)
    throw new OverreadError(
      'bad-argument',
      `There is no field "${strange}" to name a column for: use ${Object.keys(columns).join(', ') || 'none'}.`,
    );
  return { ...columns, ...overrides };
}

/**
 * Rows of the tables `names`, in order, each checked against the schema. Fields are taken from the columns that
 * `columns` names; a column that stands for a field is not passed on under its own name.
 * @throws `file-corrupt` naming file and record; what the streams throw; `format-unsupported`
 */
export async function* tableRows<T>(
  data: DataRoot,
  names: readonly string[],
  schema: z.ZodType<T>,
  { columns = {}, signal }: TableOptions = {},
): AsyncGenerator<TableRow<T>> {
  const renamed = Object.entries(columns).filter(([field, column]) => field !== column);
  for (const file of names) {
    const reader = READERS.find(([pattern]) => pattern.test(file))?.[1];
    if (reader === undefined)
      throw new OverreadError(
        'format-unsupported',
        `${file} is no table that can be read: give Parquet, Arrow, JSON, JSON lines, CSV or TSV.`,
      );
    let at = 0;
    for await (const { value } of reader(await data.open(file), signal === undefined ? {} : { signal })) {
      yield { row: checkedRow(fieldsOf(value, renamed), schema, file, at), file, at };
      at++;
    }
  }
}

function fieldsOf(value: unknown, renamed: readonly (readonly [string, string])[]): unknown {
  if (renamed.length === 0 || typeof value !== 'object' || value === null) return value;
  const row = value as Row;
  const taken = new Set(renamed.map(([, column]) => column));
  const fields: Record<string, unknown> = {};
  for (const [column, cell] of Object.entries(row)) if (!taken.has(column)) fields[column] = cell;
  for (const [field, column] of renamed) if (Object.hasOwn(row, column)) fields[field] = row[column];
  return fields;
}

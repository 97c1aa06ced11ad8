// Parquet files for fixtures: the schema is read off the rows, nested as published data sets nest it.
import type { SchemaElement } from 'hyparquet';
import { OverreadError } from '../domain/errors.ts';

type Cell =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | readonly Cell[]
  | { readonly [name: string]: Cell };
export type FixtureRow = Readonly<Record<string, Cell>>;

/** Bytes of a Parquet file with these rows. A column must be of one kind, null aside, and not null in all rows. */
export async function parquetBytes(rows: readonly FixtureRow[]): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const schema: SchemaElement[] = [{ name: 'root', num_children: names.length }];
  for (const name of names)
    schema.push(
      ...elementsOf(
        name,
        rows.map((row) => row[name] ?? null),
      ),
    );
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: names.map((name) => ({ name, data: rows.map((row) => row[name] ?? null) })),
      schema,
    }),
  );
}

function elementsOf(name: string, cells: readonly Cell[]): SchemaElement[] {
  const there = cells.filter((cell) => cell !== null);
  const [first] = there;
  const optional = { name, repetition_type: 'OPTIONAL' } as const;
  if (first === undefined)
    throw new OverreadError('internal', `The fixture's column ${name} is empty, so its kind is unknown.`);
  if (typeof first === 'string') return [{ ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
  if (typeof first === 'boolean') return [{ ...optional, type: 'BOOLEAN' }];
  if (typeof first === 'number')
    return [{ ...optional, type: there.every((cell) => Number.isInteger(cell)) ? 'INT32' : 'DOUBLE' }];
  if (first instanceof Uint8Array) return [{ ...optional, type: 'BYTE_ARRAY' }];
  if (Array.isArray(first))
    return [
      { ...optional, converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      ...elementsOf(
        'element',
        there.flatMap((cell) => cell as readonly Cell[]),
      ),
    ];
  const objects = there as readonly FixtureRow[];
  const fields = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  return [
    { ...optional, num_children: fields.length },
    ...fields.flatMap((field) =>
      elementsOf(
        field,
        objects.map((object) => object[field] ?? null),
      ),
    ),
  ];
}

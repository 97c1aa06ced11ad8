// Rows of nested plain JSON as one Parquet file, with lists and structs as Arrow reads them.
import type { SchemaElement } from 'hyparquet';
import { parquetWriteFile } from 'hyparquet-writer';
import { OverreadError } from '../domain/errors.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * Schema elements of a member, by its values in all rows: text, whole numbers, numbers, booleans, lists and structs,
 * each of which may be absent. Throws `bad-argument` for a member of several kinds.
 */
function elementsOf(name: string, values: readonly unknown[]): SchemaElement[] {
  const present = values.filter((value) => value !== undefined && value !== null);
  const kinds = new Set(present.map((value) => (Array.isArray(value) ? 'list' : typeof value)));
  if (kinds.size > 1)
    throw new OverreadError('bad-argument', `The member "${name}" is of several kinds: give it one.`);
  const [kind = 'string'] = kinds;
  const repetition_type = 'OPTIONAL' as const;
  if (kind === 'list') {
    const items = (present as unknown[][]).flat();
    return [
      { name, repetition_type, num_children: 1, converted_type: 'LIST' },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      ...elementsOf('element', items),
    ];
  }
  if (kind === 'object') {
    const rows = present as Row[];
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    return [
      { name, repetition_type, num_children: names.length },
      ...names.flatMap((member) =>
        elementsOf(
          member,
          rows.map((row) => row[member]),
        ),
      ),
    ];
  }
  if (kind === 'boolean') return [{ name, repetition_type, type: 'BOOLEAN' }];
  if (kind === 'number')
    return [
      { name, repetition_type, type: (present as number[]).every(Number.isInteger) ? 'INT32' : 'DOUBLE' },
    ];
  return [{ name, repetition_type, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
}

/** Every row with every member, so that columns are of one length. */
export async function writeNestedParquet(
  filename: string,
  rows: readonly Row[],
  kvMetadata: { key: string; value: string }[] = [],
): Promise<void> {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columnData = names.map((name) => ({ name, data: rows.map((row) => row[name] ?? null) }));
  const schema: SchemaElement[] = [
    { name: 'root', num_children: names.length },
    ...columnData.flatMap(({ name, data }) => elementsOf(name, data)),
  ];
  await parquetWriteFile({ filename, columnData, schema, kvMetadata });
}

// A JSON Schema as a person reads it: a name, its type, what it may be; one level at a time.
import { useState } from 'react';
import styles from './api.module.css';
import type { JsonSchema } from './openapi.ts';

/** Levels that are open from the start. */
const OPEN = 2;

export function SchemaView({ schema, depth = 0 }: { readonly schema: JsonSchema; readonly depth?: number }) {
  const fields = fieldsOf(schema);
  const variants = variantsOf(schema);
  if (fields.length === 0 && variants.length === 0) {
    const inner = schema.items;
    if (inner !== undefined && !isPlain(inner)) return <SchemaView schema={inner} depth={depth} />;
    return <span className={styles.type}>{typeOf(schema)}</span>;
  }
  return (
    <ul className={styles.fields}>
      {fields.map(([name, own, required]) => (
        <FieldRow key={name} name={name} schema={own} required={required} depth={depth} />
      ))}
      {variants.map((variant, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: variants have no name
        <li key={at}>
          <span className={styles.variant}>{at === 0 ? 'either' : 'or'}</span>
          <SchemaView schema={variant} depth={depth + 1} />
        </li>
      ))}
    </ul>
  );
}

function FieldRow(props: {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
  readonly depth: number;
}) {
  const { name, schema, required, depth } = props;
  const nested = !isPlain(schema);
  const [open, setOpen] = useState(depth + 1 < OPEN);
  return (
    <li>
      {nested ? (
        <button type="button" className={styles.more} aria-expanded={open} onClick={() => setOpen(!open)}>
          <span aria-hidden="true">{open ? '▾' : '▸'}</span> <code>{name}</code>
        </button>
      ) : (
        <code>{name}</code>
      )}
      {!required && <span className={styles.optional}> optional</span>}{' '}
      <span className={styles.type}>{typeOf(schema)}</span>
      {nested && open && <SchemaView schema={schema} depth={depth + 1} />}
    </li>
  );
}

function fieldsOf(schema: JsonSchema): (readonly [string, JsonSchema, boolean])[] {
  const parts = schema.allOf === undefined ? [schema] : schema.allOf;
  return parts.flatMap(({ properties = {}, required = [], additionalProperties }) => [
    ...Object.entries(properties).map(([name, own]) => [name, own, required.includes(name)] as const),
    ...(typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0
      ? [['{name}', additionalProperties, true] as const]
      : []),
  ]);
}

/** Variants that have fields of their own; simple ones stand in the type. */
function variantsOf(schema: JsonSchema): readonly JsonSchema[] {
  const variants = schema.oneOf ?? schema.anyOf ?? [];
  return variants.every(isPlain) ? [] : variants;
}

function isPlain(schema: JsonSchema): boolean {
  if (schema.items !== undefined) return isPlain(schema.items);
  return fieldsOf(schema).length === 0 && variantsOf(schema).length === 0;
}

/** "text, 1 to 500 characters", "list of numbers", "one of: yes, no". */
export function typeOf(schema: JsonSchema): string {
  const { enum: values, pattern, minimum, maximum, minLength, maxLength } = schema;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (values !== undefined) return `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants !== undefined)
    return variants.every(isPlain) ? variants.map(typeOf).join(' or ') : `one of ${variants.length} forms`;
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  if (types.includes('array')) {
    if (schema.prefixItems !== undefined) return `list of ${schema.prefixItems.length}`;
    return `list of ${schema.items === undefined ? 'anything' : typeOf(schema.items)}`;
  }
  const name = types.map((type) => NAMES[type] ?? type).join(' or ');
  const limits = [
    range(minimum, safe(maximum), ''),
    range(minLength, maxLength, ' characters'),
    pattern === undefined ? undefined : `like ${pattern}`,
    schema.default === undefined ? undefined : `default ${JSON.stringify(schema.default)}`,
  ];
  return [name === '' ? 'anything' : name, ...limits].filter((part) => part !== undefined).join(', ');
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  null: 'null',
};

/** The largest whole number there is limits nothing. */
const safe = (n: number | undefined): number | undefined =>
  n !== undefined && Math.abs(n) >= Number.MAX_SAFE_INTEGER ? undefined : n;

function range(low: number | undefined, high: number | undefined, unit: string): string | undefined {
  const from = safe(low);
  if (from === undefined) return high === undefined ? undefined : `at most ${high}${unit}`;
  return high === undefined ? `at least ${from}${unit}` : `${from} to ${high}${unit}`;
}

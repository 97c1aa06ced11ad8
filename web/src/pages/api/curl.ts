// A request of the API as a line for a shell.
import type { JsonSchema, Operation } from './openapi.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** With the token in $TOKEN, and what must be filled in in capitals. */
export function curlOf({ method, path, parameters, requestBody }: Operation, origin: string): string {
  const needed = parameters.filter((one) => one.in === 'query' && one.required).map(({ name }) => name);
  const query = needed.map((name) => `${name}=${name.toUpperCase()}`).join('&');
  const address = `${origin}${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => name.toUpperCase())}`;
  const types = Object.keys(requestBody?.content ?? {});
  const json = requestBody?.content?.['application/json']?.schema;
  return [
    'curl',
    ...(path === '/api/events' ? ['-N'] : []),
    ...(method === 'GET' ? [] : ['-X', method]),
    '-H "Authorization: Bearer $TOKEN"',
    ...(json !== undefined
      ? ["-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(sample(json)))}`]
      : types.length > 0
        ? ['--data-binary @FILE']
        : []),
    quoted(`${address}${query === '' ? '' : `?${query}`}`),
  ].join(' ');
}

/** A body with what is required, values in capitals where only the caller knows them. */
export function sample(schema: JsonSchema, depth = 0): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  const [choice] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (choice !== undefined && depth < 6) return sample(choice, depth + 1);
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  if (type === 'object' && depth < 6)
    return Object.fromEntries(
      (schema.required ?? []).map((name) => {
        const own = schema.properties?.[name] ?? {};
        const value = sample(own, depth + 1);
        return [name, value === 'TEXT' ? name.toUpperCase() : value];
      }),
    );
  if (type === 'array')
    return schema.items === undefined || depth >= 6 ? [] : [sample(schema.items, depth + 1)];
  if (type === 'number' || type === 'integer') return schema.minimum ?? 0;
  if (type === 'boolean') return false;
  return type === 'null' ? null : 'TEXT';
}

// The arguments of somebody else's tool: its JSON Schema as the model is told it, and the check before anything is sent.
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import * as z from 'zod';

type Json = Readonly<Record<string, unknown>>;

/** A schema larger than this is not shown; a deeper one neither. */
const MOST_CHARACTERS = 32_000;
const MOST_DEPTH = 24;
/** Arguments larger than this are not sent. */
const MOST_SENT = 100_000;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A zod type that shows `schema` in `z.toJSONSchema` and accepts what fits it. What cannot be checked here (a schema
 * that is too large or refers elsewhere) is left to the server: then any object of bounded size is accepted.
 */
export function argumentSchema(schema: unknown): z.ZodType<Record<string, unknown>> {
  const shown = shownSchema(schema);
  const problem = checkOf(shown);
  return z
    .unknown()
    .superRefine((value, context) => {
      if (!isObject(value)) return context.addIssue({ code: 'custom', message: 'send one JSON object' });
      if (JSON.stringify(value).length > MOST_SENT)
        return context.addIssue({ code: 'custom', message: `send at most ${MOST_SENT} characters` });
      const message = problem(value);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .meta({ ...shown }) as z.ZodType as z.ZodType<Record<string, unknown>>;
}

function shownSchema(schema: unknown): Json {
  const open = { type: 'object' };
  if (!isObject(schema)) return open;
  // zod takes a schema's "id" for a name under which it registers it.
  const { $schema: _, $id: _id, id: _name, ...rest } = schema;
  const text = JSON.stringify(rest);
  if (text.length > MOST_CHARACTERS || depthOf(rest) > MOST_DEPTH) return open;
  return { ...rest, type: 'object' };
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let deepest = 0;
  for (const each of Object.values(value)) {
    deepest = Math.max(deepest, depthOf(each));
    if (deepest > MOST_DEPTH) break;
  }
  return deepest + 1;
}

function checkOf(schema: Json): (value: Json) => string | undefined {
  try {
    // Patterns are the server's own to check: one of somebody else's could keep this process busy for hours.
    const validate = new AjvJsonSchemaValidator().getValidator(withoutPatterns(schema) as Json);
    return (value) => {
      const { valid, errorMessage } = validate(value);
      return valid ? undefined : (errorMessage ?? 'they do not fit the schema').slice(0, 300);
    };
  } catch {
    return () => undefined;
  }
}

const PATTERNS = new Set(['pattern', 'patternProperties', 'format', '$id', '$schema']);

/** Without keywords of regular expressions. A property may well be called "pattern": names of properties stay. */
function withoutPatterns(schema: unknown, names = false): unknown {
  if (Array.isArray(schema)) return schema.map((each) => withoutPatterns(each));
  if (!isObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).flatMap(([key, value]) =>
      !names && PATTERNS.has(key)
        ? []
        : [
            [
              key,
              withoutPatterns(
                value,
                !names && (key === 'properties' || key === '$defs' || key === 'definitions'),
              ),
            ],
          ],
    ),
  );
}

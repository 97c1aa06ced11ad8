// One tool call: arguments checked, errors turned into results the reader can see, everything logged.
import * as z from 'zod';
import { messageOf, OverreadError } from '../domain/errors.ts';
import type { ToolCall } from '../domain/read.ts';
import type { Tool, ToolContext } from '../domain/tool.ts';

export interface ToolRequest {
  readonly name: string;
  /** Parsed arguments; a string is taken as JSON text, as models send it. */
  readonly arguments: unknown;
  /** 1-based step of the reader's loop. */
  readonly step: number;
}

/** JSON Schema of a tool's arguments, as a model is told. */
export function inputSchema(tool: Tool): Record<string, unknown> {
  // What comes out of the checks, since what goes in may be an alias; what has a default may still be left out.
  const { $schema, ...schema } = z.toJSONSchema(tool.input, { io: 'output', unrepresentable: 'any' });
  return defaultsOptional(schema) as Record<string, unknown>;
}

function defaultsOptional(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(defaultsOptional);
  if (typeof schema !== 'object' || schema === null) return schema;
  const walked = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [
      name,
      name === 'default' ? value : defaultsOptional(value),
    ]),
  );
  const { properties, required } = walked as { properties?: Record<string, unknown>; required?: unknown };
  if (!Array.isArray(required) || typeof properties !== 'object') return walked;
  const needed = required.filter((name: string) => {
    const property = properties[name];
    return !(typeof property === 'object' && property !== null && 'default' in property);
  });
  // In their order: what models are told stays the same to the letter where nothing has a default.
  return Object.fromEntries(
    Object.entries(walked).flatMap(([name, value]) =>
      name !== 'required' ? [[name, value]] : needed.length === 0 ? [] : [[name, needed]],
    ),
  );
}

/**
 * Runs one call among `tools` and returns its log entry; the result of a call that fails is `{ error }`.
 * Never throws for what a reader did wrong. Throws only when the context's signal is aborted.
 */
export async function callTool(
  tools: readonly Tool[],
  request: ToolRequest,
  context: ToolContext,
): Promise<ToolCall> {
  const start = performance.now();
  const logged = (args: unknown, result: unknown, error?: string): ToolCall => ({
    step: request.step,
    tool: request.name,
    arguments: args,
    result,
    ...(error === undefined ? {} : { error }),
    milliseconds: performance.now() - start,
  });
  const failed = (args: unknown, error: string) => logged(args, { error }, error);

  const tool = tools.find((candidate) => candidate.name === request.name);
  const args = parsedArguments(request.arguments);
  if (tool === undefined)
    return failed(
      args.value,
      `There is no tool named ${JSON.stringify(request.name.slice(0, 100))}: use ${tools.map((t) => t.name).join(', ')}.`,
    );
  if (!args.ok)
    return failed(args.value, `The arguments of ${tool.name} are not JSON: send one JSON object.`);
  const input = tool.input.safeParse(args.value);
  if (!input.success)
    return failed(args.value, `${tool.name} cannot use these arguments: ${problems(input.error)}.`);
  try {
    const result = await tool.run(input.data, context);
    return logged(input.data, result, errorOf(result));
  } catch (error) {
    if (context.signal.aborted) throw error;
    // Only sentences meant for users reach a model; anything else could carry a path.
    const sentence = OverreadError.isInstance(error) ? messageOf(error) : `${tool.name} failed.`;
    return failed(input.data, sentence);
  }
}

function parsedArguments(given: unknown): { ok: boolean; value: unknown } {
  if (typeof given !== 'string') return { ok: true, value: given ?? {} };
  if (given.trim() === '') return { ok: true, value: {} };
  try {
    return { ok: true, value: JSON.parse(given) };
  } catch {
    return { ok: false, value: given.slice(0, 2000) };
  }
}

function problems(error: z.ZodError): string {
  return error.issues
    .slice(0, 4)
    .map((issue) => {
      const at = issue.path.join('.');
      const message = issue.message.replace(/\.$/, '');
      return at === '' ? message : `${at}: ${message}`;
    })
    .join('; ');
}

function errorOf(result: unknown): string | undefined {
  // A structure that was looked for and is absent is an answer, not a failed call.
  if (typeof result !== 'object' || result === null || !('error' in result) || 'mask_found' in result)
    return undefined;
  return typeof result.error === 'string' ? result.error : undefined;
}

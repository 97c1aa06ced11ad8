// Messages of the served environment, in the shapes that OpenEnv's clients send and parse.
import * as z from 'zod';
import { OverreadError } from '../domain/errors.ts';
import { actionSchema } from './action.ts';
import { observationSchema, stateSchema } from './observation.ts';

/** Codes of OpenEnv's error messages. */
export type WireErrorCode =
  | 'INVALID_JSON'
  | 'UNKNOWN_TYPE'
  | 'VALIDATION_ERROR'
  | 'EXECUTION_ERROR'
  | 'CAPACITY_REACHED'
  | 'SESSION_ERROR';

/** Parameters of a reset. Others may come along, as OpenEnv allows, and are not looked at. */
export const resetData = z.looseObject({
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullish(),
  episode_id: z.string().min(1).max(255).nullish(),
  question_id: z.string().min(1).max(255).nullish(),
});
export type ResetData = z.infer<typeof resetData>;

export const socketMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('reset'), data: resetData.default({}) }),
  // What is in the action is the episode's affair: a wrong one is told as an observation.
  z.strictObject({ type: z.literal('step'), data: z.unknown() }),
  z.strictObject({ type: z.literal('state') }),
  z.strictObject({ type: z.literal('close') }),
]);
const MESSAGE_TYPES: ReadonlySet<unknown> = new Set(['reset', 'step', 'state', 'close']);

/** The body of POST /step. Without `episode_id` it is meant for the only session that HTTP requests have opened. */
export const stepRequest = z.looseObject({
  action: z.record(z.string(), z.unknown()),
  episode_id: z.string().min(1).max(255).nullish(),
});

export interface WireError {
  readonly code: WireErrorCode;
  readonly message: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A message as it came, or what is wrong with it. */
export function readMessage(
  text: string,
): { ok: true; message: z.infer<typeof socketMessage> } | { ok: false; error: WireError } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, error: { code: 'INVALID_JSON', message: 'The message is not JSON.' } };
  }
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  if (!MESSAGE_TYPES.has(type))
    return {
      ok: false,
      error: {
        code: 'UNKNOWN_TYPE',
        message: `Unknown message type: ${JSON.stringify(type ?? '').slice(0, 80)}; use reset, step, state or close.`,
      },
    };
  const parsed = socketMessage.safeParse(value);
  if (parsed.success) return { ok: true, message: parsed.data };
  const errors = problemsOf(parsed.error);
  return {
    ok: false,
    error: { code: 'VALIDATION_ERROR', message: 'Invalid message', more: { errors } },
  };
}

/** What is wrong where, as FastAPI servers tell it. */
export function problemsOf(error: z.ZodError): { type: string; loc: (string | number)[]; msg: string }[] {
  return error.issues.slice(0, 8).map(({ code, path, message }) => ({
    type: code,
    loc: path.map((part) => (typeof part === 'number' ? part : String(part).slice(0, 80))),
    msg: message.slice(0, 200),
  }));
}

export const errorMessage = ({ code, message, more = {} }: WireError): string =>
  JSON.stringify({ type: 'error', data: { message, code, ...more } });

/**
 * What a client may be told of a failure: sentences about its own request. Whatever else went wrong could carry the
 * name of a file.
 */
export function sayable(error: unknown): string {
  if (isOwnFault(error)) return error.message;
  return 'The environment could not do that with this question: reset for another.';
}

/** True where the client asked for what cannot be, in words that it may be told. */
export function isOwnFault(error: unknown): error is OverreadError {
  return OverreadError.isInstance(error) && error.code === 'bad-argument';
}

/** True for what whoever serves should know of: neither a client's mistake nor a client that went away. */
export function isProblem(error: unknown): boolean {
  return !isOwnFault(error) && !(OverreadError.isInstance(error) && error.code === 'cancelled');
}

/** JSON Schemas of actions, observations and state, as GET /schema gives them. */
export function schemas(): Record<'action' | 'observation' | 'state', unknown> {
  const of = (schema: z.ZodType) => {
    const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    return rest;
  };
  return { action: of(actionSchema), observation: of(observationSchema), state: of(stateSchema) };
}

// Actions: what a policy may send to an episode, a tool's call or an answer; anything else is told back as an error.
import * as z from 'zod';

/** Characters of an answer, and of arguments that come as JSON text. */
const LONGEST = 20_000;

/**
 * As it stands on the wire. Typed clients send every field, so null means absent; `metadata` is what such clients add
 * and is not looked at.
 */
export const actionSchema = z
  .strictObject({
    tool: z.string().min(1).max(100).nullish().describe('Name of a tool that is to be called.'),
    arguments: z
      .union([z.record(z.string(), z.unknown()), z.string().max(LONGEST)])
      .nullish()
      .describe('Arguments of the tool, as an object or as JSON text.'),
    answer: z
      .union([z.string().max(LONGEST), z.number()])
      .nullish()
      .describe('The answer to the question; it ends the episode.'),
    thought: z.string().max(100_000).nullish().describe('Why; kept in the transcript, never scored.'),
    metadata: z.record(z.string(), z.unknown()).nullish(),
  })
  .refine((action) => isThere(action.tool) !== isThere(action.answer), {
    message: 'give either a tool or an answer',
  });

export type Action =
  | { readonly kind: 'tool'; readonly tool: string; readonly arguments: unknown }
  | { readonly kind: 'answer'; readonly text: string };

const isThere = (value: unknown): boolean => value !== undefined && value !== null;

/** The action in what was sent, or why it is none, in one sentence. */
export function readAction(value: unknown): { ok: true; action: Action } | { ok: false; reason: string } {
  const parsed = actionSchema.safeParse(value);
  if (!parsed.success) {
    const said = parsed.error.issues
      .slice(0, 3)
      .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
    return {
      ok: false,
      reason: `This is no action (${said.join('; ').slice(0, 400)}): send {"tool": NAME, "arguments": {…}} or {"answer": TEXT}.`,
    };
  }
  const { tool, arguments: args, answer } = parsed.data;
  if (tool !== undefined && tool !== null)
    return { ok: true, action: { kind: 'tool', tool, arguments: args ?? {} } };
  return { ok: true, action: { kind: 'answer', text: String(answer) } };
}

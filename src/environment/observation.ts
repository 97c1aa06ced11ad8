// Observations: what a policy is told, exactly as it goes over the wire. Pictures by hash and route, never as bytes.
import * as z from 'zod';

const part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.literal('image'),
    hash: z.string(),
    media_type: z.string(),
    url: z
      .string()
      .describe('Route on this server from which the picture is fetched while the episode is open.'),
  }),
  z.object({ type: z.literal('audio'), hash: z.string(), media_type: z.string(), url: z.string() }),
]);
export type ObservedPart = z.infer<typeof part>;

/** How an episode ended. */
export const outcomeSchema = z.enum([
  /** Answered, and the answer could be scored. */
  'answered',
  'unparsed',
  'refused',
  /** The scorer could not score it. */
  'unscored',
  'out-of-steps',
  /** Out of steps, and the budget was shorter than the gold chain: not the policy's failure. */
  'budget-short',
  'out-of-time',
]);
export type EpisodeOutcome = z.infer<typeof outcomeSchema>;

const budgetShort = z
  .object({ needed: z.number().int(), has: z.number().int() })
  .describe('The step budget is shorter than the gold chain and its answer.');

export const endSchema = z.object({
  outcome: outcomeSchema,
  /** 0…1; null without an answer or where one item has no score. */
  score: z.number().nullable(),
  /** Each end reward before its weight; null where it says nothing of this episode. */
  rewards: z.record(z.string(), z.number().nullable()),
  reward_total: z.number(),
  steps: z.number().int(),
  invalid_actions: z.number().int(),
  budget_short: budgetShort.nullable(),
});
export type EpisodeEnd = z.infer<typeof endSchema>;

export const observationSchema = z.object({
  episode_id: z.string(),
  /** Actions taken so far. */
  step: z.number().int(),
  steps_left: z.number().int(),
  kind: z.enum(['question', 'result', 'error', 'end']),
  /** What the policy is told, in order. */
  content: z.array(part),
  /** System message of a published protocol; "" for none. */
  system: z.string(),
  /** The tools with JSON Schemas of their arguments; told with the question and not again. */
  tools: z.array(
    z.object({ name: z.string(), description: z.string(), parameters: z.record(z.string(), z.unknown()) }),
  ),
  /** The call that was made, with its result. */
  tool: z
    .object({ name: z.string(), arguments: z.unknown(), result: z.unknown(), error: z.string().nullable() })
    .nullable(),
  /** Why the action was none. */
  error: z.object({ code: z.literal('invalid-action'), message: z.string() }).nullable(),
  /** Ended by a budget. */
  truncated: z.boolean(),
  /** How it ended; null before. */
  info: endSchema.nullable(),
});
export type Observation = z.infer<typeof observationSchema>;

/** The three fields of every answer to a reset or a step. */
export interface StepResult {
  readonly observation: Observation;
  /** null at the reset. */
  readonly reward: number | null;
  readonly done: boolean;
}

export const stateSchema = z.object({
  episode_id: z.string().nullable(),
  step_count: z.number().int(),
  question_id: z.string().nullable(),
  seed: z.number().int().nullable(),
  steps_left: z.number().int(),
  done: z.boolean(),
  truncated: z.boolean(),
  reward_total: z.number(),
  /** For whoever trains; a policy should not be shown it. */
  budget_short: budgetShort.nullable(),
});
export type EpisodeState = z.infer<typeof stateSchema>;

/** Where a server gives out a picture of an episode. */
export function pictureRoute(hash: string, episodeId: string): string {
  return `/images/${hash}?episode=${encodeURIComponent(episodeId)}`;
}

// Transcripts: an episode's actions with what each was told in return; enough to replay it and to export it.
import * as z from 'zod';
import { type EpisodeOutcome, endSchema, observationSchema, outcomeSchema } from './observation.ts';

/** What shapes observations and rewards, so that a replay knows whether it is the same environment. */
export const settingsSchema = z.object({
  benchmark: z.string(),
  content_hash: z.string(),
  mode: z.string(),
  tools: z.array(z.string()),
  criteria: z.string(),
  format: z.string(),
  step_budget: z.number().int(),
  rewards: z.record(z.string(), z.number()),
  seed: z.string(),
});
export type EnvironmentSettings = z.infer<typeof settingsSchema>;

const resultSchema = z.object({
  observation: observationSchema,
  reward: z.number().nullable(),
  done: z.boolean(),
});

export const transcriptSchema = z.object({
  format: z.literal('overread-episode'),
  version: z.literal(1),
  settings: settingsSchema,
  episode_id: z.string(),
  question_id: z.string(),
  seed: z.number().int(),
  opening: resultSchema,
  steps: z.array(
    z.object({
      /** As it was sent, valid or not. */
      action: z.unknown(),
      result: resultSchema,
      /** The time budget ended here: a replay ends here too, however fast it is. */
      out_of_time: z.boolean().optional(),
    }),
  ),
  /** null: it was left before its end. */
  outcome: outcomeSchema.nullable(),
  end: endSchema.nullable(),
});
export type EpisodeTranscript = z.infer<typeof transcriptSchema>;

/** Episodes counted by how they ended. A budget that is too short is no failure of the policy and has its own count. */
export interface EpisodeCounts {
  begun: number;
  /** Left before their end: the client reset, closed, vanished or was idle too long. */
  abandoned: number;
  readonly ended: Record<EpisodeOutcome, number>;
}

export function newCounts(): EpisodeCounts {
  return {
    begun: 0,
    abandoned: 0,
    ended: {
      answered: 0,
      unparsed: 0,
      refused: 0,
      unscored: 0,
      'out-of-steps': 0,
      'budget-short': 0,
      'out-of-time': 0,
    },
  };
}

/** Episodes that came to an end of their own. */
export function finished({ ended }: EpisodeCounts): number {
  return Object.values(ended).reduce((sum, count) => sum + count, 0);
}

/** One line for people: what ended how, failures of the policy apart from what the budget did. */
export function countsLine(counts: EpisodeCounts): string {
  const { ended } = counts;
  const parts = Object.entries(ended).flatMap(([outcome, count]) =>
    count === 0 || outcome === 'budget-short' ? [] : [`${count} ${outcome}`],
  );
  const short =
    ended['budget-short'] === 0
      ? []
      : [
          `${ended['budget-short']} ended by a step budget shorter than the gold chain (not the policy's failure)`,
        ];
  const left = counts.abandoned === 0 ? [] : [`${counts.abandoned} abandoned`];
  return `${counts.begun} episodes: ${[...parts, ...short, ...left].join(', ') || 'none ended'}`;
}

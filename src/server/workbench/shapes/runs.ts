// Runs as the table shows them.
import * as z from 'zod';
import { questionFormat } from '../../../domain/run.ts';

/** As the store has it, and "interrupted" for a run whose process has gone without a word. */
export const shownStatus = z.enum(['running', 'paused', 'done', 'failed', 'cancelled', 'interrupted']);
export type ShownStatus = z.infer<typeof shownStatus>;

export const runRow = z.object({
  id: z.string(),
  reader: z.string(),
  benchmark: z.object({ id: z.string(), name: z.string(), available: z.boolean() }),
  format: questionFormat,
  repeats: z.number().int(),
  seed: z.string(),
  status: shownStatus,
  planned: z.number().int(),
  counts: z.object({
    answered: z.number().int(),
    unparsed: z.number().int(),
    refused: z.number().int(),
    failed: z.number().int(),
    unsupported: z.number().int(),
  }),
  resent: z.number().int(),
  costUsd: z.number().nullable(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  /** Reads a minute of late, and what is left at that pace, in seconds; null when it does not run. */
  perMinute: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  /** A ladder of evidence, a person's reading, or a plain run. */
  kind: z.enum(['run', 'ladder', 'person']),
  /** Why it failed, where this server started it. */
  problem: z.string().optional(),
  /** What may be done with it now. */
  can: z.object({ pause: z.boolean(), resume: z.boolean(), cancel: z.boolean() }),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type RunRow = z.infer<typeof runRow>;

/** GET /api/runs. */
export const runList = z.object({ runs: z.array(runRow) });
export type RunList = z.infer<typeof runList>;

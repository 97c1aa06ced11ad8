// Runs: one reader over one benchmark.
import * as z from 'zod';

export const questionFormat = z.enum(['mc', 'free']);
export type QuestionFormat = z.infer<typeof questionFormat>;

export const runStatus = z.enum(['running', 'paused', 'done', 'failed', 'cancelled']);
export type RunStatus = z.infer<typeof runStatus>;

export const runRecord = z.object({
  id: z.string(),
  /** As written on the command line: [STRATEGY@]MODEL[#MODE]. */
  reader: z.string(),
  /** Path of the benchmark folder at the time. */
  benchmark: z.string(),
  benchmarkHash: z.string(),
  benchmarkName: z.string(),
  format: questionFormat,
  repeats: z.number().int(),
  seed: z.string(),
  /** Everything else that shapes the reads: prompt version, image budget, tools, price … no secrets. */
  settings: z.record(z.string(), z.unknown()),
  status: runStatus,
  /** Questions × repeats that the run is to answer. */
  planned: z.number().int(),
  /** Requests sent again after a kill, since their reply had not been committed. */
  resent: z.number().int(),
  /**
   * Who runs it, so that two processes do not resume one run at a time. `started` tells it from a later process of the
   * same number; absent where the system does not say.
   */
  process: z.object({ host: z.string(), pid: z.number().int(), started: z.string().optional() }).optional(),
  createdAt: z.string(),
  updatedAt: z.string(),
  version: z.string(),
});
export type RunRecord = z.infer<typeof runRecord>;

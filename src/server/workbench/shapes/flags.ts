// Questions that somebody holds to be wrong, with the reason. They are kept beside the store, never in a benchmark.
import * as z from 'zod';
import { benchmarkId } from './benchmarks.ts';

export const flagKind = z.enum(['wrong-key', 'ambiguous', 'unanswerable', 'bad-image', 'other']);
export type FlagKind = z.infer<typeof flagKind>;

/** POST /api/benchmarks/{benchmark}/flags. */
export const newFlag = z.object({
  questionId: z.string().min(1).max(500),
  kind: flagKind,
  reason: z
    .string()
    .trim()
    .min(3, 'say in a few words what is wrong')
    .max(4000, 'say it in at most 4,000 characters'),
});
export type NewFlag = z.infer<typeof newFlag>;

export const flag = z.object({
  id: z.string(),
  benchmark: benchmarkId,
  questionId: z.string(),
  kind: flagKind,
  reason: z.string(),
  /** ISO 8601. */
  at: z.string(),
  /** Name of who flagged it. */
  by: z.string(),
});
export type Flag = z.infer<typeof flag>;

/** A flag with what it is about, as far as the benchmark can be opened. */
export const flagRow = flag.extend({
  type: z.string().optional(),
  text: z.string().optional(),
  gold: z.string().optional(),
});
export type FlagRow = z.infer<typeof flagRow>;

/** GET /api/benchmarks/{benchmark}/flags, newest first. */
export const flagList = z.object({ flags: z.array(flagRow) });
export type FlagList = z.infer<typeof flagList>;

// What GET /api/events tells a page while it is open: what has changed, not the change itself.
import * as z from 'zod';

export const liveEvent = z.discriminatedUnion('topic', [
  /** A run began, advanced or ended. */
  z.object({ topic: z.literal('runs'), run: z.string().optional() }),
  /** A job of the workbench (run, build, inspection) began, advanced or ended. */
  z.object({ topic: z.literal('jobs'), job: z.string().optional() }),
  /** A benchmark was added. */
  z.object({ topic: z.literal('benchmarks') }),
  /** Something in the reading room changed. */
  z.object({ topic: z.literal('room') }),
]);
export type LiveEvent = z.infer<typeof liveEvent>;

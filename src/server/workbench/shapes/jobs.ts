// What the workbench has others do: runs, inspections and builds, each a process of its own.
import * as z from 'zod';
import { benchmarkId } from './benchmarks.ts';

export const jobId = z.string().regex(/^j-[0-9a-z]{10}$/);

export const jobStatus = z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']);
export type JobStatus = z.infer<typeof jobStatus>;

export const jobProgress = z.object({
  task: z.string(),
  done: z.number(),
  total: z.number().optional(),
  detail: z.string().optional(),
});
export type JobProgress = z.infer<typeof jobProgress>;

export const jobRow = z.object({
  id: jobId,
  kind: z.enum(['run', 'inspect', 'build']),
  /** What it works on, in a few words. */
  title: z.string(),
  status: jobStatus,
  progress: jobProgress.optional(),
  /** Why it failed: one sentence. */
  problem: z.string().optional(),
  /** Of a run, once it has begun. */
  run: z.string().optional(),
  /** Of a build, once it is done. */
  benchmark: benchmarkId.optional(),
  createdAt: z.string(),
  endedAt: z.string().optional(),
});
export type JobRow = z.infer<typeof jobRow>;

/** GET /api/jobs: the newest hundred, newest first. They are forgotten when the server ends; runs are in the store. */
export const jobList = z.object({ jobs: z.array(jobRow) });
export type JobList = z.infer<typeof jobList>;

/**
 * GET /api/jobs/{id}. DELETE stops one that waits or runs, and forgets one that has ended; POST /api/inspections,
 * /api/builds and /api/runs begin them.
 */
export const job = jobRow.extend({
  /** Of an inspection that is done: what `overread inspect --json` said. */
  result: z.unknown().optional(),
});
export type Job = z.infer<typeof job>;

// Runs as the table shows them.
import * as z from 'zod';
import { questionFormat } from '../../../domain/run.ts';
import { benchmarkId } from './benchmarks.ts';
import { jobRow } from './jobs.ts';

/** As the store has it, and "interrupted" for a run whose process has gone without a word. */
export const shownStatus = z.enum(['running', 'paused', 'done', 'failed', 'cancelled', 'interrupted']);
export type ShownStatus = z.infer<typeof shownStatus>;

/** As it may be written to the command line; whether there is such a reader is looked up. */
export const readerName = z.string().regex(/^[\w][\w@/#.:+~-]{0,199}$/, 'write [STRATEGY@]MODEL[#MODE]');

/** Committed reads by status. */
export const readCounts = z.object({
  answered: z.number().int(),
  unparsed: z.number().int(),
  refused: z.number().int(),
  failed: z.number().int(),
  unsupported: z.number().int(),
});

export const runRow = z.object({
  id: z.string(),
  reader: z.string(),
  benchmark: z.object({ id: z.string(), name: z.string(), available: z.boolean() }),
  format: questionFormat,
  repeats: z.number().int(),
  seed: z.string(),
  status: shownStatus,
  planned: z.number().int(),
  counts: readCounts,
  resent: z.number().int(),
  costUsd: z.number().nullable(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  /** Reads a minute of late, and what is left at that pace, in seconds; null when it does not run. */
  perMinute: z.number().nullable(),
  etaSeconds: z.number().nullable(),
  /** A ladder of evidence, a person's reading, or a plain run. */
  kind: z.enum(['run', 'ladder', 'person']),
  /** Why it failed or paused by itself, where it was begun in the workbench. */
  problem: z.string().optional(),
  /** US dollars that it may cost in all, where it was begun in the workbench. */
  maxCost: z.number().optional(),
  /** What may be done with it now. */
  can: z.object({
    pause: z.boolean(),
    resume: z.boolean(),
    cancel: z.boolean(),
    /** Ask again what failed or could not be parsed. */
    retry: z.array(z.enum(['failed', 'unparsed'])),
  }),
  /** It was asked to stop and finishes what is under way. */
  stopping: z.boolean(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type RunRow = z.infer<typeof runRow>;

/** GET /api/runs. */
export const runList = z.object({ runs: z.array(runRow) });
export type RunList = z.infer<typeof runList>;

/** POST /api/runs: each reader becomes a run of its own. Endpoints and keys are the server's, never the page's. */
export const newRuns = z.strictObject({
  benchmark: benchmarkId,
  /** [STRATEGY@]MODEL[#MODE]. */
  readers: z.array(readerName).min(1).max(24),
  /** Default "mc". A published benchmark asks in its own way. */
  format: questionFormat.optional(),
  repeats: z.number().int().min(1).max(100).optional(),
  /** Only the first so many questions. */
  limit: z.number().int().min(1).max(10_000_000).optional(),
  seed: z
    .string()
    .regex(/^[\w.:-]{1,64}$/, 'use letters, digits, dots and hyphens, 64 at most')
    .optional(),
  /** Options of the readers, by name. */
  options: z.record(z.string().regex(/^[a-zA-Z][\w-]{0,39}$/), z.string().max(1000)).optional(),
  /** US dollars, for each run. */
  maxCost: z.number().min(0).max(1_000_000).optional(),
  confidence: z.boolean().optional(),
  /** Ask again with gold evidence, rung by rung. */
  ladder: z.boolean().optional(),
  publishedTools: z.boolean().optional(),
});
export type NewRuns = z.infer<typeof newRuns>;

/** POST /api/runs, POST /api/runs/{run}/resume. */
export const startedRuns = z.object({ jobs: z.array(jobRow) });
export type StartedRuns = z.infer<typeof startedRuns>;

/** POST /api/runs/{run}/resume. */
export const resumeRun = z.strictObject({
  /** Of a run that is done: ask again what failed or could not be parsed. */
  retry: z.enum(['failed', 'unparsed']).optional(),
  maxCost: z.number().min(0).max(1_000_000).optional(),
});
export type ResumeRun = z.infer<typeof resumeRun>;

export const readerEntry = z.object({
  id: z.string(),
  summary: z.string(),
  /** A strategy around a model: STRATEGY@PROVIDER/MODEL. */
  takesModel: z.boolean(),
  /** Its model is a file of this machine. */
  local: z.boolean(),
  modes: z.array(z.string()),
  options: z.array(
    z.object({
      name: z.string(),
      summary: z.string(),
      default: z.string().optional(),
      /** It names a file, which cannot be chosen from here. */
      file: z.boolean(),
    }),
  ),
  /** Of a published method. */
  needs: z.array(z.string()),
  paper: z.string().optional(),
});
export type ReaderEntry = z.infer<typeof readerEntry>;

/** GET /api/readers. */
export const readerList = z.object({
  readers: z.array(readerEntry),
  providers: z.array(z.string()),
  /** What runs begun here may contact, as the server was told. */
  allow: z.array(z.string()),
  /** Whether compatible/MODEL has a server. */
  baseUrl: z.boolean(),
});
export type ReaderList = z.infer<typeof readerList>;

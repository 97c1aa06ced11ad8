// The catalogue of methods, and what came of their checks on this machine.
import * as z from 'zod';
import { paper } from './benchmarks.ts';

/** A benchmark and its builder may share an id. */
export const methodEntry = z.object({
  id: z.string(),
  kind: z.string(),
  summary: z.string(),
  paper,
  alsoPapers: z.array(paper),
  command: z.string(),
  needs: z.array(z.string()),
  groups: z.array(z.string()),
  tasks: z.array(z.string()),
  modalities: z.array(z.string()),
  metrics: z.array(z.string()),
  data: z
    .object({ access: z.string(), licence: z.string(), size: z.string(), format: z.string() })
    .optional(),
});
export type MethodEntry = z.infer<typeof methodEntry>;

/** GET /api/methods: what `overread methods` lists. */
export const methodList = z.object({ methods: z.array(methodEntry) });
export type MethodList = z.infer<typeof methodList>;

export const methodId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,80}$/);

const named = z.object({ name: z.string(), value: z.number().nullable() });

/** One line of `overread check`; a value that is no number is null. */
export const checkResult = z.object({
  method: z.string(),
  passed: z.boolean(),
  baseline: named,
  result: named,
  ci95: z.tuple([z.number(), z.number()]).optional(),
  mustNotWin: z
    .object({
      regime: z.string(),
      value: z.number().nullable(),
      against: z.number().nullish(),
      held: z.boolean(),
    })
    .optional(),
  detail: z.string().optional(),
  seconds: z.number(),
});
export type CheckResultShape = z.infer<typeof checkResult>;

export const methodCheck = z.object({
  id: methodId,
  status: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']),
  /** ISO 8601: when it was asked for, or ended. */
  at: z.string(),
  /** Of Overread. */
  version: z.string(),
  seed: z.string(),
  /** One for each method of that id, in the order of the catalogue. */
  results: z.array(checkResult),
  problem: z.string().optional(),
});
export type MethodCheck = z.infer<typeof methodCheck>;

/** GET /api/checks: those that run and the last of each method that ended. */
export const checkList = z.object({ checks: z.array(methodCheck) });
export type CheckList = z.infer<typeof checkList>;

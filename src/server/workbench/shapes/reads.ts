// Reads as lists and pages show them.
import * as z from 'zod';
import { stage } from '../../../domain/question.ts';
import { readStatus } from '../../../domain/read.ts';

/** What came of a read once it is scored: right and wrong are apart from reads that gave no answer. */
export const outcome = z.enum([
  'right',
  'partial',
  'wrong',
  'unparsed',
  'refused',
  'failed',
  'unsupported',
  'unscored',
]);
export type Outcome = z.infer<typeof outcome>;

/** Filters of a list of reads, as query parameters; what is left out does not restrict. */
export const readFilter = z.object({
  /** Several with commas between. "error" stands for all but right and unsupported. */
  outcome: z.string().optional(),
  stage: z.string().optional(),
  type: z.string().optional(),
  patient: z.string().optional(),
  /** A cause of error attribution, such as "wrong-tool". */
  cause: z.string().optional(),
  /** NAME=VALUE of what scores are cut by: "organ=liver", "split=test", "modality=CT". */
  facet: z.string().max(400).optional(),
  /** Words that the question holds. */
  text: z.string().max(200).optional(),
  /** Of a ladder: "2" had two steps of evidence, "2~" another patient's two. */
  rung: z
    .string()
    .regex(/^\d{1,2}~?$/)
    .optional(),
  /** "0.2-0.4": confidence from … to below …; the upper end counts when it is 1. */
  confidence: z
    .string()
    .regex(/^[01](\.\d+)?-[01](\.\d+)?$/)
    .optional(),
  /** "0.3": the 30 % of reads that were given the highest confidence. */
  coverage: z
    .string()
    .regex(/^[01](\.\d+)?$/)
    .optional(),
});
export type ReadFilterShape = z.infer<typeof readFilter>;

export const protocolName = z.enum(['strict', 'published']);

export const readRow = z.object({
  questionId: z.string(),
  repeat: z.number().int(),
  caseId: z.string(),
  patientId: z.string(),
  stage: stage.optional(),
  type: z.string(),
  question: z.string(),
  status: readStatus,
  outcome,
  /** 0…1 under the protocol; null where the read is not in the denominator. */
  score: z.number().nullable(),
  answer: z.string(),
  gold: z.string(),
  confidence: z.number().optional(),
  /** Where error attribution says that it broke. */
  cause: z.string().optional(),
  /** Of a ladder's read; its questionId carries it too. */
  rung: z.string().optional(),
  costUsd: z.number().optional(),
  milliseconds: z.number(),
});
export type ReadRow = z.infer<typeof readRow>;

/** GET /api/runs/{run}/reads?protocol=&offset=&limit=&…filter. */
export const readPage = z.object({
  total: z.number().int(),
  rows: z.array(readRow),
  /** Scoring goes on: rows are unscored and unfiltered; ask again. */
  pending: z.boolean().optional(),
  /** Why reads are unscored, such as a locked key. */
  note: z.string().optional(),
});
export type ReadPage = z.infer<typeof readPage>;

/** GET /api/runs/{run}/choices: what its reads can be filtered by. */
export const readChoices = z.object({
  types: z.array(z.string()),
  /** Stage of each type. */
  stages: z.record(z.string(), stage),
  facets: z.record(z.string(), z.array(z.string())),
});
export type ReadChoices = z.infer<typeof readChoices>;

const place = z.object({ questionId: z.string(), repeat: z.number().int() }).nullable();

/** GET /api/runs/{run}/neighbours?question=&repeat=&protocol=&…filter: where the arrows lead. */
export const neighbours = z.object({
  /** 0-based place in the filtered list; −1 where it is not in it. */
  position: z.number().int(),
  total: z.number().int(),
  previous: place,
  next: place,
  previousError: place,
  nextError: place,
});
export type Neighbours = z.infer<typeof neighbours>;

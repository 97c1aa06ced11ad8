// A benchmark from own scans: where they lie, what `inspect` says of them, what is built from them.
import * as z from 'zod';
import { ruleSet } from '../../../domain/measurement.ts';
import { stage } from '../../../domain/question.ts';

/** Below the folder that the server was told of, with "/" between the parts; "" for that folder itself. */
export const relativePath = z.string().max(4096);

export const fileEntry = z.object({
  name: z.string(),
  kind: z.enum(['folder', 'file']),
  /** Bytes of a file. */
  bytes: z.number().optional(),
});
export type FileEntry = z.infer<typeof fileEntry>;

/** GET /api/files?path= */
export const fileList = z.object({
  /** As asked for, tidied. */
  path: relativePath,
  /** Last part of the folder that "" stands for. */
  root: z.string(),
  /** Folders first, then files, by name; the first thousand. */
  entries: z.array(fileEntry),
  /** How many there are. */
  total: z.number().int(),
});
export type FileList = z.infer<typeof fileList>;

export const uploadId = z.string().regex(/^u-[0-9a-f]{20}$/);

/**
 * POST /api/uploads?name=NAME&upload=ID with a file's bytes as body; without `upload` it is the first of a new one.
 * NAME may hold "/". DELETE /api/uploads/{id} removes all of it.
 */
export const uploaded = z.object({
  upload: uploadId,
  /** As it is called now. */
  name: z.string(),
  files: z.number().int(),
  bytes: z.number(),
});
export type Uploaded = z.infer<typeof uploaded>;

export const source = z.union([
  z.strictObject({ files: relativePath }),
  z.strictObject({ upload: uploadId }),
]);
export type SourceShape = z.infer<typeof source>;

/** A layout or scheme by its own name; never a path. */
const known = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/i);

/** POST /api/inspections → job, whose result is an inspection. */
export const newInspection = z.strictObject({
  source,
  layout: known.optional(),
  scheme: known.optional(),
  /** Cases to look into. Default 3. */
  cases: z.number().int().min(1).max(20).optional(),
});
export type NewInspection = z.infer<typeof newInspection>;

const geometry = z.object({
  shape: z.array(z.number()),
  spacing: z.array(z.number()),
  axes: z.string(),
  obliquityDegrees: z.number(),
});
export type GeometryShape = z.infer<typeof geometry>;

const askable = z.object({
  type: z.string(),
  stage,
  questions: z.number(),
  reason: z.string().optional(),
});
export type Askable = z.infer<typeof askable>;

export const inspection = z.object({
  /** Last part of the path. */
  path: z.string(),
  format: z.string().optional(),
  holds: z.string().optional(),
  geometry: geometry.optional(),
  dataType: z.string().optional(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  layout: z.string().optional(),
  cases: z.number().optional(),
  inspected: z.array(
    z.object({
      item: z.string(),
      error: z.object({ code: z.string(), message: z.string() }).optional(),
      geometry: geometry.optional(),
      image: z.object({ units: z.string(), minimum: z.number(), maximum: z.number() }).nullish(),
      scheme: z.string().optional(),
      labels: z
        .array(
          z.object({
            value: z.number(),
            name: z.string().optional(),
            structure: z.string().nullable(),
            voxels: z.number(),
          }),
        )
        .optional(),
      absent: z.array(z.string()).optional(),
      askable: z.array(askable).optional(),
      notes: z.array(z.string()).optional(),
    }),
  ),
  askable: z.array(askable).optional(),
  notes: z.array(z.string()),
});
export type InspectionShape = z.infer<typeof inspection>;

/** Of the folder that is made, and in the manifest. */
export const benchmarkName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/i, 'use letters, digits, dots, hyphens and underscores, 63 at most');

/** POST /api/builds → job. What is left out is as `overread build` has it. */
export const newBuild = z.strictObject({
  source,
  name: benchmarkName,
  layout: known.optional(),
  scheme: known.optional(),
  seed: z
    .string()
    .regex(/^[\w.:-]{1,64}$/, 'use letters, digits, dots and hyphens, 64 at most')
    .optional(),
  rules: ruleSet.optional(),
  criteria: z.enum(['guideline', 'published', 'radgpt']).optional(),
  /** Question types or stages; none: all. */
  types: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/))
    .max(200)
    .optional(),
  perCase: z.number().int().min(1).max(100_000).optional(),
  licence: z
    .string()
    .regex(/^[\w][\w .:/+-]{0,99}$/, 'write its short name, such as CC-BY-4.0')
    .optional(),
  /** Named assumptions; see docs/questions.md. */
  options: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/, 'write TYPE.OPTION'),
      z.string().regex(/^[\w.+-]{1,64}$/, 'write a number, true or false'),
    )
    .optional(),
});
export type NewBuild = z.infer<typeof newBuild>;

/** GET /api/build-choices. */
export const buildChoices = z.object({
  /** Folder that "" stands for, its last part. */
  root: z.string(),
  layouts: z.array(z.object({ id: z.string(), summary: z.string() })),
  schemes: z.array(z.string()),
  /** Keys are encrypted with the server's passphrase. */
  encrypted: z.boolean(),
  /** Bytes that one upload may hold. */
  uploadLimit: z.number(),
});
export type BuildChoices = z.infer<typeof buildChoices>;

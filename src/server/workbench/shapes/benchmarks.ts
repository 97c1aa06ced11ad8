// Benchmarks as the workbench lists them, and one of them with all that is known of where it comes from.
import * as z from 'zod';
import { manifest } from '../../../domain/benchmark.ts';

/** First 16 hexadecimal digits of the content hash. */
export const benchmarkId = z.string().regex(/^[0-9a-f]{16}$/);

export const benchmarkEntry = z.object({
  id: benchmarkId,
  contentHash: z.string(),
  name: z.string(),
  /** "built": a folder of `overread build`; "published": a release read by one of the published benchmarks. */
  kind: z.enum(['built', 'published']),
  /** Of a published one: the plug-in. */
  plugin: z.string().optional(),
  /** Last part of its path; the whole path stays on this machine. */
  place: z.string(),
  /** False when the folder is gone or has changed since. */
  available: z.boolean(),
  runs: z.number().int(),
});
export type BenchmarkEntry = z.infer<typeof benchmarkEntry>;

/** GET /api/benchmarks. */
export const benchmarkList = z.object({ benchmarks: z.array(benchmarkEntry) });
export type BenchmarkList = z.infer<typeof benchmarkList>;

export const paper = z.object({
  title: z.string(),
  arxiv: z.string().optional(),
  url: z.string().optional(),
  year: z.number().optional(),
});
export type PaperShape = z.infer<typeof paper>;

/** Of a benchmark that was built here: its manifest without long lists. */
export const builtProvenance = z.object({
  manifest: manifest.omit({ sources: true, failed: true, keyEncryption: true }),
  /** Files whose bytes went into it. */
  sources: z.number().int(),
  failed: z.object({
    total: z.number().int(),
    /** The first of them. */
    shown: z.array(z.object({ case: z.string(), code: z.string(), reason: z.string() })),
  }),
  keysEncrypted: z.boolean(),
  criteria: z.object({ id: z.string(), title: z.string(), version: z.string() }).optional(),
});
export type BuiltProvenance = z.infer<typeof builtProvenance>;

/** Of a published one: what its data card says, and how these runs read it. */
export const releaseProvenance = z.object({
  summary: z.string(),
  paper,
  card: z.object({
    source: z.string(),
    url: z.string().optional(),
    licence: z.string(),
    access: z.string(),
    getIt: z.string(),
    size: z.string(),
    splits: z.record(z.string(), z.number().nullable()),
    files: z.array(z.object({ name: z.string(), about: z.string(), required: z.boolean() })),
    format: z.enum(['verified', 'unverified']),
    faults: z.array(z.string()),
    tasks: z.array(z.string()),
    modalities: z.array(z.string()),
  }),
  mode: z.string(),
  modes: z.array(z.string()),
  split: z.string().nullable(),
  facets: z.record(z.string(), z.array(z.string())),
  seed: z.string(),
});
export type ReleaseProvenance = z.infer<typeof releaseProvenance>;

/** GET /api/benchmarks/{benchmark}. */
export const benchmarkPage = z.object({
  entry: benchmarkEntry,
  built: builtProvenance.optional(),
  published: releaseProvenance.optional(),
  /** Why it cannot be opened; what the store knows of it is in `entry` all the same. */
  problem: z.object({ code: z.string(), message: z.string() }).optional(),
});
export type BenchmarkPage = z.infer<typeof benchmarkPage>;

/** Filters of the list of cases; what is left out does not restrict. Several values have commas between. */
export const caseFilter = z.object({
  split: z.string().max(200).optional(),
  phase: z.string().max(200).optional(),
  sex: z.string().max(20).optional(),
  age: z.string().max(200).optional(),
  /** "yes": only those whose files this machine has; "no": only the others. */
  here: z.enum(['yes', 'no']).optional(),
  /** How an id begins or what it holds. */
  text: z.string().max(200).optional(),
});
export type CaseFilter = z.infer<typeof caseFilter>;

const vec3 = z.tuple([z.number(), z.number(), z.number()]);

export const caseRow = z.object({
  id: z.string(),
  patientId: z.string(),
  modality: z.string().optional(),
  shape: vec3.optional(),
  spacing: vec3.optional(),
  phase: z.string().optional(),
  sex: z.string().optional(),
  ageBand: z.string().optional(),
  split: z.string().optional(),
  licence: z.string().optional(),
  questions: z.number().int(),
  /** Structures with at least one voxel; absent where the benchmark has no measurements. */
  structures: z.array(z.string()).optional(),
  /** Its files lie on this machine, so that the viewer can show it. */
  here: z.boolean(),
});
export type CaseRow = z.infer<typeof caseRow>;

export const valueCount = z.object({ value: z.string(), count: z.number().int() });
export type ValueCount = z.infer<typeof valueCount>;

/** GET /api/benchmarks/{benchmark}/cases. */
export const casePage = z.object({
  /** Cases that the filter leaves, and all. */
  total: z.number().int(),
  of: z.number().int(),
  rows: z.array(caseRow),
  counts: z.object({
    split: z.array(valueCount),
    phase: z.array(valueCount),
    sex: z.array(valueCount),
    age: z.array(valueCount),
    here: z.array(valueCount),
  }),
});
export type CasePage = z.infer<typeof casePage>;

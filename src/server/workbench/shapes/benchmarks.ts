// Benchmarks as the workbench lists them.
import * as z from 'zod';

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

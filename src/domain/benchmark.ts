// Benchmarks: the manifest (benchmark.json) beside questions.jsonl, keys.jsonl, cases.jsonl and measurements.jsonl.
import * as z from 'zod';
import { ruleSet } from './measurement.ts';
import type { Question } from './question.ts';
import type { AskedCase } from './reader.ts';

export const manifest = z.object({
  format: z.literal('overread-benchmark'),
  formatVersion: z.literal(1),
  name: z.string(),
  seed: z.string(),
  rules: ruleSet,
  /** Criteria set: published | radgpt | guideline. */
  criteria: z.string(),
  schemes: z.array(z.string()),
  counts: z.object({
    cases: z.number().int(),
    patients: z.number().int(),
    questions: z.number().int(),
    byStage: z.record(z.string(), z.number().int()),
    byType: z.record(z.string(), z.number().int()),
  }),
  splits: z.record(z.string(), z.number().int()),
  /** What a case could not support, and why: counted by type and reason. */
  skipped: z.array(z.object({ type: z.string(), reason: z.string(), cases: z.number().int() })),
  /** Cases that could not be read: reason only, no path. */
  failed: z.array(z.object({ case: z.string(), code: z.string(), reason: z.string() })),
  assumptions: z.array(
    z.object({ name: z.string(), value: z.unknown(), assumed: z.literal(true), why: z.string() }),
  ),
  licences: z.array(z.string()),
  /** Sorted SHA-256 of every image and annotation read. */
  sources: z.array(z.string()),
  canary: z.string(),
  /** "none", or how keys.jsonl is encrypted (scrypt + AES-256-GCM parameters). */
  keyEncryption: z.unknown(),
  generator: z.object({ name: z.string(), version: z.string() }),
  /** SHA-256 over canonical JSON of source hashes, questions and keys. */
  contentHash: z.string(),
});
export type Manifest = z.infer<typeof manifest>;

/** Where a run's questions come from: a benchmark folder, or a published benchmark's release. Nothing here leads to a key. */
export interface QuestionSource {
  /** Folder or address, as it was given. */
  readonly path: string;
  readonly manifest: Pick<Manifest, 'name' | 'contentHash'>;
  /** Questions in file order, read as they come. */
  eachQuestion(): AsyncIterable<Question>;
  /** How many there are, where that can be known without reading them all. */
  count?(): Promise<number>;
  /** The case of a question that came from here; undefined when the source has none. */
  caseOf(question: Question): AskedCase | undefined;
}

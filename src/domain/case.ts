// Cases: what one reading is about, stripped to what may be known of a patient.
import * as z from 'zod';

export const phase = z.enum(['unenhanced', 'arterial', 'portal-venous', 'delayed', 'unknown']);
export type Phase = z.infer<typeof phase>;

/** Public case record: a line of cases.jsonl. No folder name, no date, no identifier from the source. */
export const caseRecord = z.object({
  /** Keyed hash. */
  id: z.string(),
  /** Keyed hash; statistics cluster by it. */
  patientId: z.string(),
  modality: z.string(),
  shape: z.tuple([z.number(), z.number(), z.number()]),
  spacing: z.tuple([z.number(), z.number(), z.number()]),
  axes: z.string(),
  sex: z.enum(['F', 'M', 'O']).optional(),
  /** Ten-year band such as "60-69"; "90+" above. */
  ageBand: z.string().optional(),
  phase,
  scanner: z.string().optional(),
  /** SHA-256 of the image's source bytes; absent when only masks are there. */
  imageHash: z.string().optional(),
  /** SHA-256 of the annotation's source bytes. */
  annotationHash: z.string(),
  split: z.enum(['train', 'validation', 'test']),
  /** Licence of the source item, carried into exports. */
  licence: z.string().optional(),
});
export type CaseRecord = z.infer<typeof caseRecord>;

/** Where a case's files lie on this machine: sources.json, never part of any hash, export or prompt. */
export const caseSource = z.object({
  caseId: z.string(),
  layout: z.string(),
  scheme: z.string(),
  /** Path of the case within the source (file or folder), absolute or relative to the benchmark folder. */
  path: z.string(),
  /** Layout's own name of the case inside `path`. */
  item: z.string(),
});
export type CaseSource = z.infer<typeof caseSource>;

/** Ten-year age band of an age in years. */
export function ageBandOf(years: number): string | undefined {
  if (!Number.isFinite(years) || years < 0) return undefined;
  if (years >= 90) return '90+';
  const low = Math.floor(years / 10) * 10;
  return `${low}-${low + 9}`;
}

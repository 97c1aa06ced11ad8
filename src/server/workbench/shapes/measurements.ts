// The measurements of a case as a page lists them, each with the place where it was taken.
import * as z from 'zod';
import { viewFocus } from './scan.ts';

const shownMeasurement = z.object({
  /** Unique in the case: "liver_tumor/1/longest-axial-diameter". */
  id: z.string(),
  structure: z.string(),
  /** "liver tumor" */
  name: z.string(),
  /** Of an instance: 1 is the largest. Absent for the region as a whole. */
  instance: z.number().int().optional(),
  quantity: z.string(),
  value: z.union([z.number(), z.string(), z.null()]),
  /** UCUM, and as it is written in running text ("cm³"; empty for a bare number). */
  unit: z.string(),
  shownUnit: z.string(),
  /** The other structure of a relation. */
  with: z.string().optional(),
  method: z.string().optional(),
  flags: z.array(z.string()),
  /** "liver tumor 1: longest axial diameter 23.4 mm" */
  label: z.string(),
  /** Where it was taken, marks in voxel indices of the scan; null where that is not known. */
  focus: viewFocus.nullable(),
});
export type ShownMeasurement = z.infer<typeof shownMeasurement>;

const shownInstance = z.object({
  /** "liver_tumor/1" */
  id: z.string(),
  region: z.string(),
  /** Its own kind: an instance of kidney_lesion may be a kidney_cyst. */
  structure: z.string(),
  name: z.string(),
  instance: z.number().int(),
  voxels: z.number().int(),
  location: z.array(z.object({ structure: z.string(), name: z.string(), fraction: z.number() })),
  adjacent: z.array(z.object({ structure: z.string(), name: z.string(), areaMm2: z.number() })),
  label: z.string(),
  /** On the slice through its centroid, or null where the case's files are not there. */
  focus: viewFocus.nullable(),
});
export type ShownInstance = z.infer<typeof shownInstance>;

/** GET BASE/measurements (owner). */
export const caseMeasurements = z.object({
  rules: z.enum(['strict', 'radgpt']),
  hasImage: z.boolean(),
  notes: z.array(z.string()),
  measurements: z.array(shownMeasurement),
  instances: z.array(shownInstance),
});
export type CaseMeasurements = z.infer<typeof caseMeasurements>;

// Scans as the viewer draws them: facts once, then slices of raw values and labels by plane and index.
import * as z from 'zod';

export const plane = z.enum(['axial', 'coronal', 'sagittal']);
export type PlaneName = z.infer<typeof plane>;

const vec3 = z.tuple([z.number(), z.number(), z.number()]);

export const planeFacts = z.object({
  /** Slices along the plane's normal; `index` runs from 0 to count − 1 in the volume's own order. */
  count: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
  /** mm per pixel: between rows (y), between columns (x). */
  spacing: z.tuple([z.number(), z.number()]),
  /** Voxel axis that the plane cuts, and those along the image's x and y with their direction. */
  axis: z.number().int(),
  columns: z.object({ axis: z.number().int(), forward: z.boolean() }),
  rows: z.object({ axis: z.number().int(), forward: z.boolean() }),
});
export type PlaneFacts = z.infer<typeof planeFacts>;

export const displayWindow = z.object({ level: z.number(), width: z.number() });
export type DisplayWindowShape = z.infer<typeof displayWindow>;

/** A structure of the annotation: `value` in layer `layer` of a mask slice. */
export const scanStructure = z.object({
  structure: z.string(),
  name: z.string(),
  kind: z.enum(['organ', 'part', 'lesion', 'vessel', 'tissue', 'other']),
  layer: z.number().int(),
  value: z.number().int(),
  voxels: z.number().int(),
  /** Inclusive voxel bounds; absent for an empty one. */
  bounds: z.object({ min: vec3, max: vec3 }).optional(),
});
export type ScanStructure = z.infer<typeof scanStructure>;

/** GET BASE/scan. Addresses of slices hold `version`, so that a browser may keep them for ever. */
export const scanFacts = z.object({
  version: z.string(),
  /** False: masks only; slices are blank then and need not be asked for. */
  hasImage: z.boolean(),
  shape: vec3,
  spacing: vec3,
  /** Voxel index to RAS+ mm, 4 × 4 by rows. */
  affine: z.array(z.number()).length(16),
  axes: z.string(),
  units: z.enum(['HU', 'SUV', 'arbitrary']),
  /** Least and greatest value; of CT −1024 and 3071, what scanners tell apart, though a few voxels may lie outside. */
  range: z.tuple([z.number(), z.number()]),
  /** What to begin with, and named windows to choose from. */
  window: displayWindow,
  presets: z.array(displayWindow.extend({ name: z.string() })),
  planes: z.object({ axial: planeFacts, coronal: planeFacts, sagittal: planeFacts }),
  /** Empty where the visitor reads blind or the case has no annotation. */
  layers: z.number().int(),
  structures: z.array(scanStructure),
});
export type ScanFacts = z.infer<typeof scanFacts>;

/**
 * GET BASE/slices/{version}/{plane}/{index}: application/octet-stream, little endian, height × width values row by row
 * from the top left, in the volume's unit. Header `x-overread-type`: "int16" or "float32".
 * GET BASE/masks/{version}/{plane}/{index}: the same frame, `layers` × height × width labels, 0 where nothing is;
 * `x-overread-type`: "uint8" or "uint16".
 */
export const sampleType = z.enum(['int16', 'float32', 'uint8', 'uint16']);
export type SampleType = z.infer<typeof sampleType>;

/** Something drawn on a slice, in voxel indices of the scan (fractions allowed). */
export const scanMark = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ruler'), from: vec3, to: vec3, label: z.string() }),
  z.object({ kind: z.literal('box'), min: vec3, max: vec3, label: z.string() }),
  z.object({ kind: z.literal('point'), at: vec3, label: z.string() }),
]);
export type ScanMark = z.infer<typeof scanMark>;

/** Where the viewer stands, and what it shows there. */
export const viewFocus = z.object({
  plane,
  index: z.number().int(),
  window: displayWindow.optional(),
  /** Structures whose masks are shown; absent: leave as it is. */
  structures: z.array(z.string()).optional(),
  marks: z.array(scanMark),
});
export type ViewFocus = z.infer<typeof viewFocus>;

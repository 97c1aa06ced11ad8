// MedVision's benchmark plans: gzipped JSON of tasks, cases and what was measured on their slices.
import * as z from 'zod';
import type { SliceDim } from '../slice-planes.ts';

const pair = z.tuple([z.number(), z.number()]);
const text = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? value : value.join(', ')));

const box = z.object({
  min_coords: pair,
  max_coords: pair,
  dimensions: pair,
  sizes: pair,
  center_coords: pair.optional(),
});
/** All boxes of one label on a slice; the released rows keep slices with one. */
export const boxProfile = z.object({ label: z.number(), bboxes: z.array(box) });
export const maskProfile = z.object({ label: z.number(), pixel_count: z.number(), ROI_area: z.number() });
export const metricProfile = z.object({
  metric_type: z.enum(['distance', 'angle']),
  metric_map_name: z.string().optional(),
  metric_key: z.string(),
  metric_value: z.number(),
  metric_unit: z.string(),
  slice_dim: z.number().optional(),
});
/** One ellipse: its two axes. A slice holds a list of them. */
export const ellipseProfile = z.array(metricProfile);

const slice = z.object({ slice_idx: z.number().int(), slice_profile: z.array(z.unknown()) });
const fileInfo = z.object({
  voxel_size: z.tuple([z.number(), z.number(), z.number()]),
  array_size: z.tuple([z.number(), z.number(), z.number()]),
});

export const planCase = z.object({
  case_ID: z.string(),
  image_file: z.string(),
  mask_file: z.string().optional(),
  landmark_file: z.string().optional(),
  image_file_info: fileInfo.optional(),
  slice_profiles_x: z.array(slice).default([]),
  slice_profiles_y: z.array(slice).default([]),
  slice_profiles_z: z.array(slice).default([]),
});
export type PlanCase = z.infer<typeof planCase>;

const lines = z.record(
  z.string(),
  z.object({ name: z.string().optional(), element_keys: z.array(z.string()).optional() }),
);

export const planTask = z.object({
  task_ID: z.union([z.string(), z.number()]).transform(String).optional(),
  task_type: z.string().optional(),
  image_modality: z.string().default('image'),
  image_description: z.string().default('a medical image'),
  labels_map: z.record(z.string(), z.string()).optional(),
  target_label: z.number().optional(),
  landmarks_map: z.record(z.string(), z.string()).optional(),
  lines_map: lines.optional(),
  angles_map: lines.optional(),
  /** Ours: angles run from 0 to 180 degrees between directed lines; absent in the release, where they are acute. */
  angles: z.literal('directed').optional(),
  train_cases: z.array(planCase).default([]),
  test_cases: z.array(planCase).default([]),
});
export type PlanTask = z.infer<typeof planTask>;

export const planInfo = z.object({ dataset: z.string(), license: text.optional() });

export const PLAN_NAME = /(?:^|\/)benchmark_plan_(detection|segmentation|biometry)[^/]*\.json(?:\.gz)?$/;

/** Profiles of a case by the axis that its slices are perpendicular to. */
export function profilesOf(one: PlanCase, dim: SliceDim): PlanCase['slice_profiles_x'] {
  return dim === 0 ? one.slice_profiles_x : dim === 1 ? one.slice_profiles_y : one.slice_profiles_z;
}

/** Limits of the released rows: shorter boxes and smaller masks are left out. */
export const MIN_BOX_SIDE = 10;
export const MIN_MASK_PIXELS = 200;

// Measurements: a quantity with its unit, region, method and the voxels or points it came from.
import * as z from 'zod';

const vec3 = z.tuple([z.number(), z.number(), z.number()]);

/** The two rule sets. Quantities have different names where the rules differ ("radgpt-…"). */
export const ruleSet = z.enum(['strict', 'radgpt']);
export type RuleSet = z.infer<typeof ruleSet>;

export const measurement = z.object({
  /** Kebab-case, e.g. "volume", "mean-hu", "longest-axial-diameter". */
  quantity: z.string(),
  /** null: undefined for this region; `flags` says why. */
  value: z.union([z.number(), z.string(), z.null()]),
  /** UCUM: "cm3", "[hnsf'U]", "mm", "deg", "%", "1". */
  unit: z.string(),
  /** The other structure of a relation (contact angle with a vessel, HU against an organ). */
  with: z.string().optional(),
  /** Name of the algorithm, e.g. "farthest voxel centres in one axial slice". */
  method: z.string().optional(),
  /** End points in RAS+ mm, so that the measurement can be drawn. */
  points: z.array(vec3).optional(),
  /** 0-based native slice index along the slice axis. */
  slice: z.number().int().optional(),
  flags: z.array(z.string()).optional(),
});
export type Measurement = z.infer<typeof measurement>;

export const instanceMeasurements = z.object({
  /** 1 is the largest by volume. */
  index: z.number().int(),
  /** Its own kind: an instance of the region kidney_lesion may be a kidney_cyst. */
  structure: z.string(),
  voxels: z.number().int(),
  centroid: vec3,
  measurements: z.array(measurement),
  /** Parts of the organ that it overlaps, largest fraction (0…1 of its voxels in labelled parts) first. */
  location: z.array(z.object({ structure: z.string(), fraction: z.number() })),
  /** Structures that it touches, largest contact area (mm²) first. */
  adjacent: z.array(z.object({ structure: z.string(), areaMm2: z.number() })),
});
export type InstanceMeasurements = z.infer<typeof instanceMeasurements>;

export const regionMeasurements = z.object({
  structure: z.string(),
  /** The source's own label: name or number. */
  label: z.string(),
  kind: z.enum(['organ', 'part', 'lesion', 'vessel', 'tissue', 'other']),
  parent: z.string().optional(),
  /** Voxels of the region itself. 0: annotated and absent. */
  voxels: z.number().int(),
  /** Inclusive voxel bounds [min, max] in the annotation's own index order; absent for an empty region. */
  bounds: z.object({ min: vec3, max: vec3 }).optional(),
  touchesFace: z.boolean(),
  measurements: z.array(measurement),
  instances: z.array(instanceMeasurements),
});
export type RegionMeasurements = z.infer<typeof regionMeasurements>;

export const measurementSet = z.object({
  rules: ruleSet,
  shape: vec3,
  spacing: vec3,
  /** Axis codes of the annotation as stored. */
  axes: z.string(),
  /** True when an image was there, so that HU values could be taken. */
  hasImage: z.boolean(),
  regions: z.array(regionMeasurements),
  notes: z.array(z.string()),
});
export type MeasurementSet = z.infer<typeof measurementSet>;

export function regionOf(set: MeasurementSet, structure: string): RegionMeasurements | undefined {
  return set.regions.find((region) => region.structure === structure);
}

/** The first measurement of a quantity (and, where given, towards `other`), or undefined. */
export function quantityOf(
  owner: { readonly measurements: readonly Measurement[] },
  quantity: string,
  other?: string,
): Measurement | undefined {
  return owner.measurements.find((m) => m.quantity === quantity && (other === undefined || m.with === other));
}

// What the `measure` tool can be asked for, and the shape of its answers.

/** The six of the published environment. */
export const PUBLISHED_MEASUREMENTS = [
  'volume_cm3',
  'mean_hu',
  'max_diameter_mm',
  'lesion_count',
  'largest_lesion_volume_cm3',
  'largest_lesion_diameter_cm',
] as const;

/**
 * Everything that can be asked. Lists and tables go over the counted lesions, largest by volume first:
 * `lesion_locations` holds the part each lies in ("" when unknown), `lesion_types` its own structure,
 * `vessel_contact_deg` and `surface_distance_mm` map a structure to the largest angle or smallest gap of any lesion,
 * `largest_lesion_slice` is the height of its longest diameter in percent of the scan, from the feet.
 */
export const TOOL_MEASUREMENTS = [
  ...PUBLISHED_MEASUREMENTS,
  'std_hu',
  'total_lesion_volume_cm3',
  'lesion_volumes_cm3',
  'lesion_diameters_mm',
  'lesion_mean_hu',
  'lesion_locations',
  'lesion_types',
  'largest_lesion_type',
  'largest_lesion_mean_hu',
  'largest_lesion_hu_difference',
  'largest_lesion_attenuation',
  'largest_lesion_location',
  'largest_lesion_slice',
  'largest_lesion_adjacent',
  'vessel_contact_deg',
  'surface_distance_mm',
] as const;
export type MeasurementType = (typeof TOOL_MEASUREMENTS)[number];

export interface ToolMeasurement {
  readonly target: string;
  readonly measurement_type: MeasurementType;
  readonly value: number | string | number[] | string[] | Record<string, number>;
  /** cm3, mm, cm, HU, %, deg, or "" for counts and names. */
  readonly unit: string;
  /** Standard deviation beside `mean_hu`. */
  readonly std?: number;
  readonly note?: string;
  /** Flags of the measurement, e.g. "touches-face". */
  readonly flags?: string[];
}

export interface ToolError {
  readonly error: string;
  readonly available_targets?: string[];
  readonly available_measurements?: readonly string[];
}

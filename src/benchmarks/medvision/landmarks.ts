// Distances and angles between named landmarks, as profiles of the slices that they lie on.
import type { Grid } from '../../domain/geometry.ts';
import type { Protocol } from '../../domain/report.ts';
import { PLANE_NAMES, type SliceDim } from '../slice-planes.ts';
import { angleDegrees, type ByAxis, distanceMm, type Landmark, type MetricEntry } from './profile.ts';

/** Names of points, lines between points, angles between lines, and which of them are measured on which plane. */
export interface Biometrics {
  readonly landmarks_map: Readonly<Record<string, string>>;
  readonly lines_map: Readonly<
    Record<string, { readonly name: string; readonly element_keys: readonly string[] }>
  >;
  readonly angles_map: Readonly<
    Record<string, { readonly name: string; readonly element_keys: readonly string[] }>
  >;
  readonly biometrics_map: readonly {
    readonly metric_type: 'distance' | 'angle';
    readonly metric_map_name: string;
    readonly metric_key: string;
    readonly slice_dim: SliceDim;
  }[];
}

/** What is measured on a scan's landmarks; what cannot be is handed to `skip`. */
export function metricsOf(
  landmarks: Readonly<Record<string, Landmark>>,
  grid: Grid,
  biometrics: Biometrics,
  protocol: Protocol,
  count: (task: string) => void,
  skip: (reason: string) => void,
): ByAxis<MetricEntry> {
  const profiles: ByAxis<MetricEntry> = { slice_profiles_x: [], slice_profiles_y: [], slice_profiles_z: [] };
  const lineOf = (key: string): readonly [Landmark, Landmark] | undefined => {
    const [p, q] = (biometrics.lines_map[key]?.element_keys ?? []).map((point) => landmarks[point]);
    return p === undefined || q === undefined ? undefined : [p, q];
  };
  for (const { metric_type, metric_map_name, metric_key, slice_dim } of biometrics.biometrics_map) {
    const keys =
      metric_type === 'angle' ? (biometrics.angles_map[metric_key]?.element_keys ?? []) : [metric_key];
    const lines = keys.map(lineOf).filter((line) => line !== undefined);
    if (lines.length !== (metric_type === 'angle' ? 2 : 1)) {
      skip(`${metric_type}: a landmark is not given`);
      continue;
    }
    const index = lines[0][0][slice_dim];
    // As released, the first point says the slice, wherever the others are.
    if (protocol === 'strict' && lines.flat().some((point) => point[slice_dim] !== index)) {
      skip(`${metric_type}: the landmarks are not on one ${PLANE_NAMES[slice_dim]} slice`);
      continue;
    }
    const metric_value =
      metric_type === 'angle'
        ? angleDegrees(lines[0], lines[1], grid.spacing, protocol)
        : distanceMm(lines[0][0], lines[0][1], grid.spacing);
    if (!Number.isFinite(metric_value) || metric_value === 0) {
      skip(`${metric_type}: a line has no length`);
      continue;
    }
    count(metric_type);
    const key = (['slice_profiles_x', 'slice_profiles_y', 'slice_profiles_z'] as const)[slice_dim];
    profiles[key].push({
      slice_idx: index,
      slice_profile: [
        {
          metric_type,
          metric_map_name,
          metric_key,
          metric_value,
          metric_unit: metric_type === 'angle' ? 'degree' : 'mm',
          slice_dim,
        },
      ],
    });
  }
  return profiles;
}

/** A landmark file as the release writes it. */
export function landmarksByAxis(
  landmarks: Readonly<Record<string, Landmark>>,
  { biometrics_map }: Biometrics,
) {
  const of = (dim: SliceDim) =>
    biometrics_map.some(({ slice_dim }) => slice_dim === dim)
      ? [{ slice_idx: Object.values(landmarks)[0]?.[dim] ?? 0, landmarks }]
      : [];
  return { slice_landmarks_x: of(0), slice_landmarks_y: of(1), slice_landmarks_z: of(2) };
}

// Measures a label map slice by slice as MedVision does: boxes, areas, ellipses of lesions, lines and angles of landmarks.
import type { Vec3 } from '../../domain/geometry.ts';
import type { Protocol } from '../../domain/report.ts';
import { type Piece, piecesOf } from '../mask-slices.ts';
import { axisEnds, fitsAlongAxes, fitsPiece, outerBorder, rounded } from '../slice-ellipse.ts';
import { planeOf, planeSpacing, SLICE_DIMS, type SliceDim } from '../slice-planes.ts';

export interface SliceProfile<T> {
  readonly slice_idx: number;
  readonly slice_profile: readonly T[];
}

export type ByAxis<T> = Readonly<
  Record<'slice_profiles_x' | 'slice_profiles_y' | 'slice_profiles_z', SliceProfile<T>[]>
>;

export interface BoxEntry {
  readonly label: number;
  readonly bboxes: readonly {
    /** Inclusive, [row, column]. */
    readonly min_coords: readonly [number, number];
    readonly max_coords: readonly [number, number];
    readonly center_coords: readonly [number, number];
    readonly dimensions: readonly [number, number];
    readonly sizes: readonly [number, number];
  }[];
}

export interface MaskEntry {
  readonly label: number;
  readonly pixel_count: number;
  readonly ROI_area: number;
}

export interface MetricEntry {
  readonly metric_type: 'distance' | 'angle';
  readonly metric_map_name: string;
  readonly metric_key: string;
  readonly metric_value: number;
  readonly metric_unit: 'mm' | 'degree';
  readonly slice_dim: SliceDim;
}

/** A label map in RAS order. */
export interface MeasuredMap {
  readonly data: ArrayLike<number>;
  readonly shape: Vec3;
  readonly spacing: Vec3;
}

const byAxis = <T>(of: (dim: SliceDim) => SliceProfile<T>[]): ByAxis<T> => ({
  slice_profiles_x: of(0),
  slice_profiles_y: of(1),
  slice_profiles_z: of(2),
});

/** Boxes and areas of every label on every slice of all three axes; one pass over the pieces of each slice. */
export function slicesOf(map: MeasuredMap): { boxes: ByAxis<BoxEntry>; masks: ByAxis<MaskEntry> } {
  const boxes: SliceProfile<BoxEntry>[][] = [[], [], []];
  const masks: SliceProfile<MaskEntry>[][] = [[], [], []];
  for (const dim of SLICE_DIMS) {
    const [down, right] = planeSpacing(map.spacing, dim);
    for (let index = 0; index < map.shape[dim]; index++) {
      const plane = planeOf(map.data, map.shape, dim, index);
      // A slice that is one pixel wide is no picture.
      if (plane.width < 2 || plane.height < 2) continue;
      const byLabel = Map.groupBy(piecesOf(plane), ({ label }) => label);
      if (byLabel.size === 0) continue;
      const entries = [...byLabel];
      boxes[dim].push({
        slice_idx: index,
        slice_profile: entries.map(([label, pieces]) => ({
          label,
          bboxes: pieces.map((piece) => boxOf(piece, down, right)),
        })),
      });
      masks[dim].push({
        slice_idx: index,
        slice_profile: entries.map(([label, pieces]) => {
          const pixel_count = pieces.reduce((sum, { pixels }) => sum + pixels, 0);
          return { label, pixel_count, ROI_area: pixel_count * down * right };
        }),
      });
    }
  }
  return { boxes: byAxis((dim) => boxes[dim]), masks: byAxis((dim) => masks[dim]) };
}

function boxOf({ min, max }: Piece, down: number, right: number): BoxEntry['bboxes'][number] {
  const dimensions = [max[1] - min[1] + 1, max[0] - min[0] + 1] as const;
  return {
    min_coords: [min[1], min[0]],
    max_coords: [max[1], max[0]],
    center_coords: [Math.trunc((min[1] + max[1]) / 2), Math.trunc((min[0] + max[0]) / 2)],
    dimensions,
    sizes: [dimensions[0] * down, dimensions[1] * right],
  };
}

/** Voxel of an ellipse's axis end. */
export type Landmark = readonly [number, number, number];

export interface SliceLandmarks {
  readonly slice_idx: number;
  /** Ends P1–P2 of the longer and P3–P4 of the shorter axis, for each ellipse. */
  readonly landmarks: readonly Readonly<Record<string, Landmark>>[];
}

export interface LesionSlices {
  readonly profiles: ByAxis<readonly MetricEntry[]>;
  readonly landmarks: Readonly<
    Record<'slice_landmarks_x' | 'slice_landmarks_y' | 'slice_landmarks_z', readonly SliceLandmarks[]>
  >;
  /** Pieces large enough whose ellipse was refused or could not be fitted. */
  readonly refused: number;
}

export interface LesionOptions {
  readonly label: number;
  /** Pieces with fewer pixels are passed over. Default 200. */
  readonly minPixels?: number;
  readonly protocol: Protocol;
}

/** Ellipses of every piece of a label that is large enough and that its ellipse fits, largest piece first. */
export function lesionSlices(
  map: MeasuredMap,
  { label, minPixels = 200, protocol }: LesionOptions,
): LesionSlices {
  const profiles: SliceProfile<readonly MetricEntry[]>[][] = [[], [], []];
  const landmarks: SliceLandmarks[][] = [[], [], []];
  let refused = 0;
  for (const dim of SLICE_DIMS) {
    const spacing = planeSpacing(map.spacing, dim);
    for (let index = 0; index < map.shape[dim]; index++) {
      const plane = planeOf(map.data, map.shape, dim, index);
      if (plane.width < 2 || plane.height < 2) continue;
      for (let at = 0; at < plane.data.length; at++) if (plane.data[at] !== label) plane.data[at] = 0;
      const pieces = piecesOf(plane)
        .filter(({ pixels }) => pixels >= minPixels)
        .sort((a, b) => b.pixels - a.pixels);
      const own: (readonly MetricEntry[])[] = [];
      const marks: Record<string, Landmark>[] = [];
      for (const piece of pieces) {
        const border = outerBorder(piece, plane.width);
        const found = axisEnds(border, spacing, protocol);
        const fits =
          found !== undefined &&
          (protocol === 'published' ? fitsPiece(piece, found, plane) : fitsAlongAxes(border, found, spacing));
        if (!fits) {
          refused++;
          continue;
        }
        const entry = (metric_key: string, metric_value: number): MetricEntry => ({
          metric_type: 'distance',
          metric_map_name: 'lines_map',
          metric_key,
          metric_value,
          metric_unit: 'mm',
          slice_dim: dim,
        });
        own.push([entry('L-1-2', found.majorMm), entry('L-3-4', found.minorMm)]);
        marks.push(
          Object.fromEntries(
            found.ends.map(([x, y], end) => [`P${end + 1}`, voxelOf(dim, index, rounded(y), rounded(x))]),
          ),
        );
      }
      if (own.length === 0) continue;
      profiles[dim].push({ slice_idx: index, slice_profile: own });
      landmarks[dim].push({ slice_idx: index, landmarks: marks });
    }
  }
  return {
    profiles: byAxis((dim) => profiles[dim]),
    landmarks: {
      slice_landmarks_x: landmarks[0],
      slice_landmarks_y: landmarks[1],
      slice_landmarks_z: landmarks[2],
    },
    refused,
  };
}

function voxelOf(dim: SliceDim, index: number, row: number, column: number): Landmark {
  return dim === 0 ? [index, row, column] : dim === 1 ? [row, index, column] : [row, column, index];
}

const inMm = (p: Landmark, spacing: Vec3): Vec3 => [p[0] * spacing[0], p[1] * spacing[1], p[2] * spacing[2]];
const minus = (p: Vec3, q: Vec3): Vec3 => [p[0] - q[0], p[1] - q[1], p[2] - q[2]];

/** Distance of two voxels in mm. */
export function distanceMm(p: Landmark, q: Landmark, spacing: Vec3): number {
  return Math.hypot(...minus(inMm(p, spacing), inMm(q, spacing)));
}

/**
 * Angle in degrees between the lines p1→p2 and q1→q2 in mm: as released the acute one (0 to 90), in strict that of their
 * directions (0 to 180). NaN for a line without length.
 */
export function angleDegrees(
  [p1, p2]: readonly [Landmark, Landmark],
  [q1, q2]: readonly [Landmark, Landmark],
  spacing: Vec3,
  protocol: Protocol,
): number {
  const [u, v] = [minus(inMm(p2, spacing), inMm(p1, spacing)), minus(inMm(q2, spacing), inMm(q1, spacing))];
  const cosine = (u[0] * v[0] + u[1] * v[1] + u[2] * v[2]) / (Math.hypot(...u) * Math.hypot(...v));
  const clamped = Math.max(-1, Math.min(1, protocol === 'published' ? Math.abs(cosine) : cosine));
  return (Math.acos(clamped) * 180) / Math.PI;
}

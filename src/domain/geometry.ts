// Where voxels lie in the patient: RAS+ millimetres, affines, axis codes, obliquity. Pure arithmetic.

export type Vec3 = readonly [number, number, number];

/**
 * Row-major 4×4 matrix (16 numbers) that takes homogeneous voxel indices (i, j, k) of voxel *centres*
 * to RAS+ millimetres: +x right, +y anterior, +z superior of the patient.
 */
export type Affine = readonly number[];

/** A regular voxel grid. `shape` counts voxels along i (fastest in memory), j, k. `spacing` is in mm. */
export interface Grid {
  readonly shape: Vec3;
  readonly affine: Affine;
  readonly spacing: Vec3;
}

/** Column lengths of the affine: voxel spacing in mm. */
export function spacingOf(affine: Affine): Vec3 {
  const column = (c: number) => Math.hypot(affine[c], affine[4 + c], affine[8 + c]);
  return [column(0), column(1), column(2)];
}

export function gridOf(shape: Vec3, affine: Affine): Grid {
  return { shape, affine, spacing: spacingOf(affine) };
}

/** Voxel indices (may be fractional) to RAS+ mm. */
export function voxelToWorld(a: Affine, [i, j, k]: Vec3): Vec3 {
  return [
    a[0] * i + a[1] * j + a[2] * k + a[3],
    a[4] * i + a[5] * j + a[6] * k + a[7],
    a[8] * i + a[9] * j + a[10] * k + a[11],
  ];
}

/** Determinant of the affine's 3×3 part, in mm³; its absolute value is the voxel volume. */
export function determinant(a: Affine): number {
  return (
    a[0] * (a[5] * a[10] - a[6] * a[9]) -
    a[1] * (a[4] * a[10] - a[6] * a[8]) +
    a[2] * (a[4] * a[9] - a[5] * a[8])
  );
}

/** Volume of one voxel in mm³. */
export function voxelVolume(grid: Grid): number {
  return Math.abs(determinant(grid.affine));
}

/** Inverse of an affine. Returns undefined when the matrix is singular or not finite. */
export function invert(a: Affine): Affine | undefined {
  const d = determinant(a);
  if (!Number.isFinite(d) || d === 0) return undefined;
  const r = [
    (a[5] * a[10] - a[6] * a[9]) / d,
    (a[2] * a[9] - a[1] * a[10]) / d,
    (a[1] * a[6] - a[2] * a[5]) / d,
    (a[6] * a[8] - a[4] * a[10]) / d,
    (a[0] * a[10] - a[2] * a[8]) / d,
    (a[2] * a[4] - a[0] * a[6]) / d,
    (a[4] * a[9] - a[5] * a[8]) / d,
    (a[1] * a[8] - a[0] * a[9]) / d,
    (a[0] * a[5] - a[1] * a[4]) / d,
  ];
  const t = [a[3], a[7], a[11]];
  const shift = (row: number) => -(r[row * 3] * t[0] + r[row * 3 + 1] * t[1] + r[row * 3 + 2] * t[2]);
  return [r[0], r[1], r[2], shift(0), r[3], r[4], r[5], shift(1), r[6], r[7], r[8], shift(2), 0, 0, 0, 1];
}

/** Matrix product of two affines: first `b`, then `a`. */
export function compose(a: Affine, b: Affine): Affine {
  const out = new Array<number>(16).fill(0);
  for (let r = 0; r < 4; r++)
    for (let c = 0; c < 4; c++) for (let k = 0; k < 4; k++) out[r * 4 + c] += a[r * 4 + k] * b[k * 4 + c];
  return out;
}

const POSITIVE = ['R', 'A', 'S'] as const;
const NEGATIVE = ['L', 'P', 'I'] as const;

/**
 * For each voxel axis, the world axis it runs along most closely (each used once, as nibabel's io_orientation
 * resolves it greedily by strength) and whether it runs towards the positive end (R, A, S).
 */
export function orientationOf(affine: Affine): {
  axis: [number, number, number];
  sign: [number, number, number];
} {
  const spacing = spacingOf(affine);
  const axis: [number, number, number] = [-1, -1, -1];
  const sign: [number, number, number] = [1, 1, 1];
  const free = new Set([0, 1, 2]);
  const order = [0, 1, 2]
    .map((column) => ({
      column,
      strength: Math.max(
        ...[0, 1, 2].map((row) => Math.abs(affine[row * 4 + column]) / (spacing[column] || 1)),
      ),
    }))
    .sort((p, q) => q.strength - p.strength);
  for (const { column } of order) {
    let best = -1;
    for (const row of free)
      if (best < 0 || Math.abs(affine[row * 4 + column]) > Math.abs(affine[best * 4 + column])) best = row;
    free.delete(best);
    axis[column] = best;
    sign[column] = affine[best * 4 + column] < 0 ? -1 : 1;
  }
  return { axis, sign };
}

/** Axis codes such as "RAS" or "LPS": towards where each voxel index grows. */
export function axisCodes(affine: Affine): string {
  const { axis, sign } = orientationOf(affine);
  return [0, 1, 2].map((c) => (sign[c] > 0 ? POSITIVE : NEGATIVE)[axis[c]]).join('');
}

/** Largest angle in degrees between a voxel axis and the world axis it runs along; 0 for an unrotated grid. */
export function obliquity(affine: Affine): number {
  const spacing = spacingOf(affine);
  const { axis } = orientationOf(affine);
  const cosines = [0, 1, 2].map((c) => Math.min(1, Math.abs(affine[axis[c] * 4 + c]) / (spacing[c] || 1)));
  return (Math.acos(Math.min(...cosines)) * 180) / Math.PI;
}

/** Largest distance in mm between the eight corner voxel centres of two grids of equal shape. */
export function cornerDistance(a: Grid, b: Grid): number {
  let worst = 0;
  for (const i of [0, a.shape[0] - 1])
    for (const j of [0, a.shape[1] - 1])
      for (const k of [0, a.shape[2] - 1]) {
        const p = voxelToWorld(a.affine, [i, j, k]);
        const q = voxelToWorld(b.affine, [i, j, k]);
        worst = Math.max(worst, Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]));
      }
  return worst;
}

/** True when two grids have equal shape and their corner voxels lie within `toleranceMm` of each other. */
export function sameGrid(a: Grid, b: Grid, toleranceMm: number): boolean {
  return a.shape.every((n, axis) => n === b.shape[axis]) && cornerDistance(a, b) <= toleranceMm;
}

// IBSI morphological features of the morphological mask.
import type { Vec3 } from '../../domain/geometry.ts';
import { convexHull, hullCorners } from './hull.ts';
import { meshOf, sizeOf } from './mesh.ts';
import { intensitiesOf, type Roi } from './roi.ts';
import { spatialAutocorrelation } from './spatial.ts';

/** Values by IBSI tag; volumes in mm³, areas in mm², lengths in mm. */
export function morphology(roi: Roi): Record<string, number> {
  const { shape, spacing, morphological } = roi;
  const mesh = meshOf(morphological, shape);
  const { volume, area } = sizeOf(mesh, spacing);
  const centres = voxelMoments(roi);
  const [major, minor, least] = centres.eigenvalues;
  const box = extentOf(mesh.corners, spacing);
  const boxVolume = box[0] * box[1] * box[2];
  const boxArea = 2 * (box[0] * box[1] + box[1] * box[2] + box[0] * box[2]);
  const semi = [2 * Math.sqrt(major), 2 * Math.sqrt(minor), 2 * Math.sqrt(least)];
  const hull = convexHull(mesh.corners);
  const hullSize =
    hull === undefined
      ? { volume: Number.NaN, area: Number.NaN }
      : sizeOf({ corners: hullCorners(hull) }, spacing);
  const sphere = (36 * Math.PI * volume ** 2) ** (1 / 3);
  const intensities = intensitiesOf(roi);
  const mean = intensities.reduce((sum, x) => sum + x, 0) / intensities.length;
  const { moran, geary } = spatialAutocorrelation(roi);
  return {
    morph_volume: volume,
    morph_vol_approx: centres.count * spacing[0] * spacing[1] * spacing[2],
    morph_area_mesh: area,
    morph_av: area / volume,
    morph_comp_1: volume / (Math.sqrt(Math.PI) * area ** 1.5),
    morph_comp_2: (36 * Math.PI * volume ** 2) / area ** 3,
    morph_sph_dispr: area / sphere,
    morph_sphericity: sphere / area,
    morph_asphericity: (area ** 3 / (36 * Math.PI * volume ** 2)) ** (1 / 3) - 1,
    morph_com: centreShift(roi, centres.mean),
    morph_diam: longestExtent(hull?.points ?? mesh.corners, spacing),
    morph_pca_maj_axis: 4 * Math.sqrt(major),
    morph_pca_min_axis: 4 * Math.sqrt(minor),
    morph_pca_least_axis: 4 * Math.sqrt(least),
    morph_pca_elongation: Math.sqrt(minor / major),
    morph_pca_flatness: Math.sqrt(least / major),
    morph_vol_dens_aabb: volume / boxVolume,
    morph_area_dens_aabb: area / boxArea,
    morph_vol_dens_aee: (3 * volume) / (4 * Math.PI * semi[0] * semi[1] * semi[2]),
    morph_area_dens_aee: area / ellipsoidArea(semi[0], semi[1], semi[2]),
    morph_vol_dens_conv_hull: volume / hullSize.volume,
    morph_area_dens_conv_hull: area / hullSize.area,
    morph_integ_int: mean * volume,
    morph_moran_i: moran,
    morph_geary_c: geary,
  };
}

/** Count, mean position and principal variances (largest first) of the mask's voxel centres, in mm. */
function voxelMoments({ shape, spacing, morphological }: Roi): {
  count: number;
  mean: Vec3;
  eigenvalues: readonly [number, number, number];
} {
  let n = 0;
  const s = [0, 0, 0];
  const q = [0, 0, 0, 0, 0, 0];
  for (let k = 0, p = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++, p++) {
        if (morphological[p] === 0) continue;
        const x = i * spacing[0];
        const y = j * spacing[1];
        const z = k * spacing[2];
        n++;
        s[0] += x;
        s[1] += y;
        s[2] += z;
        q[0] += x * x;
        q[1] += y * y;
        q[2] += z * z;
        q[3] += x * y;
        q[4] += x * z;
        q[5] += y * z;
      }
  const mean: Vec3 = [s[0] / n, s[1] / n, s[2] / n];
  // The reference values rest on the sample covariance (divisor n − 1).
  const bessel = n > 1 ? n / (n - 1) : 1;
  const c = (value: number, a: number, b: number): number => (value / n - mean[a] * mean[b]) * bessel;
  return {
    count: n,
    mean,
    eigenvalues: symmetricEigenvalues(
      c(q[0], 0, 0),
      c(q[1], 1, 1),
      c(q[2], 2, 2),
      c(q[3], 0, 1),
      c(q[4], 0, 2),
      c(q[5], 1, 2),
    ),
  };
}

/** Eigenvalues of a symmetric 3 × 3 matrix, largest first (trigonometric solution). */
export function symmetricEigenvalues(
  xx: number,
  yy: number,
  zz: number,
  xy: number,
  xz: number,
  yz: number,
): readonly [number, number, number] {
  const off = xy * xy + xz * xz + yz * yz;
  const m = (xx + yy + zz) / 3;
  const p = Math.sqrt(((xx - m) ** 2 + (yy - m) ** 2 + (zz - m) ** 2 + 2 * off) / 6);
  if (p === 0) return [m, m, m];
  const [a, b, c, d, e, f] = [(xx - m) / p, (yy - m) / p, (zz - m) / p, xy / p, xz / p, yz / p];
  const half = (a * (b * c - f * f) - d * (d * c - f * e) + e * (d * f - b * e)) / 2;
  const phi = Math.acos(Math.min(1, Math.max(-1, half))) / 3;
  const first = m + 2 * p * Math.cos(phi);
  const third = m + 2 * p * Math.cos(phi + (2 * Math.PI) / 3);
  return [first, 3 * m - first - third, Math.max(0, third)];
}

/** Distance between the mask's centre and its intensity-weighted centre. */
function centreShift({ shape, spacing, image, intensity }: Roi, centre: Vec3): number {
  let total = 0;
  const s = [0, 0, 0];
  for (let k = 0, p = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++)
      for (let i = 0; i < shape[0]; i++, p++) {
        if (intensity[p] === 0) continue;
        total += image[p];
        s[0] += image[p] * i * spacing[0];
        s[1] += image[p] * j * spacing[1];
        s[2] += image[p] * k * spacing[2];
      }
  return Math.hypot(...s.map((v, axis) => v / total - centre[axis]));
}

function extentOf(corners: Int32Array, spacing: Vec3): [number, number, number] {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let p = 0; p < corners.length; p++) {
    const axis = p % 3;
    if (corners[p] < min[axis]) min[axis] = corners[p];
    if (corners[p] > max[axis]) max[axis] = corners[p];
  }
  const along = (axis: number): number => ((max[axis] - min[axis]) / 2) * spacing[axis];
  return [along(0), along(1), along(2)];
}

function longestExtent(points: Int32Array, spacing: Vec3): number {
  let best = 0;
  const [hx, hy, hz] = [spacing[0] / 2, spacing[1] / 2, spacing[2] / 2];
  for (let p = 0; p < points.length; p += 3)
    for (let q = p + 3; q < points.length; q += 3) {
      const square =
        ((points[p] - points[q]) * hx) ** 2 +
        ((points[p + 1] - points[q + 1]) * hy) ** 2 +
        ((points[p + 2] - points[q + 2]) * hz) ** 2;
      if (square > best) best = square;
    }
  return Math.sqrt(best);
}

/** Surface of an ellipsoid with semi-axes a ≥ b ≥ c, by the Legendre series to order 20 that IBSI gives. */
function ellipsoidArea(a: number, b: number, c: number): number {
  const alpha = Math.sqrt(1 - (b / a) ** 2);
  const beta = Math.sqrt(1 - (c / a) ** 2);
  if (alpha === 0 || beta === 0) return 4 * Math.PI * a * b;
  const x = (alpha ** 2 + beta ** 2) / (2 * alpha * beta);
  let sum = 1;
  let previous = 1;
  let current = x;
  for (let v = 1; v <= 20; v++) {
    sum += ((alpha * beta) ** v / (1 - 4 * v * v)) * current;
    [previous, current] = [current, ((2 * v + 1) * x * current - v * previous) / (v + 1)];
  }
  return 4 * Math.PI * a * b * sum;
}

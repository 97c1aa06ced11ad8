// The published vessel contact angle: share of a thin ring round a short piece of vessel that is tumour.
import { squaredDistances } from './distance-transform.ts';
import { boundsOf, type RunSet } from './runs.ts';

/** Assumed where the published description leaves it open, in mm on the 1 mm grid. */
export const CONTACT_ASSUMPTIONS = {
  ringMm: 2,
  growMm: 4,
  shrinkInPlaneMm: 1,
  /** Half length of the vessel piece along its local axis. */
  slabHalfMm: 2,
  /** Vessel voxels this near (or twice the vessel's radius) decide the local axis, instead of a skeleton. */
  axisRadiusMm: 8,
  /** Every how many vessel voxels a piece is looked at. */
  stride: 7,
} as const;

const { ringMm, growMm, slabHalfMm, axisRadiusMm, stride } = CONTACT_ASSUMPTIONS;

/**
 * Largest contact angle in degrees over short pieces of the vessel, on a 1 mm grid: 360 × (ring ∩ tumour) / ring.
 * The ring is what lies within 2 mm of the piece and is not vessel; the tumour is first grown by 4 mm and then
 * shrunk by one voxel in the axial plane.
 */
export function radgptContactAngle(lesion: RunSet, vessel: RunSet): number {
  const a = boundsOf(lesion);
  const b = boundsOf(vessel);
  if (a === undefined || b === undefined) return 0;
  const reach = growMm + ringMm + axisRadiusMm;
  const min = a.min.map((v, axis) => Math.max(v - reach, b.min[axis] - ringMm - 1));
  const max = a.max.map((v, axis) => Math.min(v + reach, b.max[axis] + ringMm + 1));
  const size = min.map((v, axis) => max[axis] - v + 1);
  if (size.some((n) => n <= 0)) return 0;
  const tumour = shrinkInPlane(grow(paint(lesion, min, size), size, growMm), size);
  const wall = paint(vessel, min, size);
  const points = listOf(wall, size);
  if (points.length === 0) return 0;
  const radius = Math.max(axisRadiusMm, 2 * inscribedRadius(wall, size));
  const within = (centre: Point): Point[] => points.filter((p) => square(p, centre) <= radius ** 2);
  const ringOffsets = ball(ringMm);
  const seen = new Set<string>();
  let best = 0;
  for (let c = 0; c < points.length; c += stride) {
    // Twice to the middle of what is near: from the wall onto the vessel's axis.
    const centre = meanOf(within(meanOf(within(points[c]))));
    const key = centre.map(Math.round).join();
    if (seen.has(key)) continue;
    seen.add(key);
    const near = within(centre);
    const axis = principalAxis(near);
    const piece = near.filter((p) => Math.abs(along(p, centre, axis)) <= slabHalfMm);
    const ring = new Set<number>();
    let contact = 0;
    for (const p of piece)
      for (const d of ringOffsets) {
        const q: Point = [p[0] + d[0], p[1] + d[1], p[2] + d[2]];
        if (Math.abs(along(q, centre, axis)) > slabHalfMm) continue;
        const at = indexOf(q, size);
        if (at < 0 || wall[at] === 1 || ring.has(at)) continue;
        ring.add(at);
        contact += tumour[at];
      }
    if (ring.size > 0) best = Math.max(best, (360 * contact) / ring.size);
  }
  return best;
}

type Point = readonly [number, number, number];

function meanOf(points: readonly Point[]): Point {
  const sum = [0, 0, 0];
  for (const p of points) for (const axis of [0, 1, 2]) sum[axis] += p[axis];
  return [sum[0] / points.length, sum[1] / points.length, sum[2] / points.length];
}

/** Largest distance of a vessel voxel from the outside, in mm. */
function inscribedRadius(wall: Uint8Array, size: readonly number[]): number {
  const outside = wall.map((v) => 1 - v);
  const squares = squaredDistances(outside, [size[0], size[1], size[2]], [1, 1, 1]);
  let most = 0;
  for (const value of squares) if (Number.isFinite(value) && value > most) most = value;
  return Math.sqrt(most);
}

function square(p: Point, q: Point): number {
  return (p[0] - q[0]) ** 2 + (p[1] - q[1]) ** 2 + (p[2] - q[2]) ** 2;
}

function along(p: Point, from: Point, axis: Point): number {
  return (p[0] - from[0]) * axis[0] + (p[1] - from[1]) * axis[1] + (p[2] - from[2]) * axis[2];
}

function indexOf([x, y, z]: Point, [nx, ny, nz]: readonly number[]): number {
  return x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz ? -1 : (z * ny + y) * nx + x;
}

/** Integer offsets within a radius. */
function ball(radius: number): Point[] {
  const out: Point[] = [];
  for (let z = -radius; z <= radius; z++)
    for (let y = -radius; y <= radius; y++)
      for (let x = -radius; x <= radius; x++)
        if (x * x + y * y + z * z <= radius * radius) out.push([x, y, z]);
  return out;
}

function paint(runs: RunSet, min: readonly number[], size: readonly number[]): Uint8Array {
  const out = new Uint8Array(size[0] * size[1] * size[2]);
  const [ni, nj] = runs.shape;
  for (let r = 0; r < runs.start.length; r++) {
    const row = Math.floor(runs.start[r] / ni);
    const k = Math.floor(row / nj);
    const y = row - k * nj - min[1];
    const z = k - min[2];
    if (y < 0 || z < 0 || y >= size[1] || z >= size[2]) continue;
    const from = Math.max(0, runs.start[r] - row * ni - min[0]);
    const to = Math.min(size[0], runs.end[r] - row * ni - min[0]);
    if (from < to) out.fill(1, (z * size[1] + y) * size[0] + from, (z * size[1] + y) * size[0] + to);
  }
  return out;
}

function listOf(mask: Uint8Array, [nx, ny]: readonly number[]): Point[] {
  const out: Point[] = [];
  for (let p = 0; p < mask.length; p++)
    if (mask[p] === 1) out.push([p % nx, Math.floor(p / nx) % ny, Math.floor(p / (nx * ny))]);
  return out;
}

function grow(mask: Uint8Array, size: readonly number[], radius: number): Uint8Array {
  const out = mask.slice();
  const offsets = ball(radius);
  for (const p of listOf(mask, size)) {
    const at = indexOf(p, size);
    const inner =
      p[0] > 0 &&
      p[0] < size[0] - 1 &&
      mask[at - 1] === 1 &&
      mask[at + 1] === 1 &&
      p[1] > 0 &&
      p[1] < size[1] - 1 &&
      mask[at - size[0]] === 1 &&
      mask[at + size[0]] === 1 &&
      p[2] > 0 &&
      p[2] < size[2] - 1 &&
      mask[at - size[0] * size[1]] === 1 &&
      mask[at + size[0] * size[1]] === 1;
    // Growing from the surface reaches everything that growing from the inside does.
    if (inner) continue;
    for (const d of offsets) {
      const q = indexOf([p[0] + d[0], p[1] + d[1], p[2] + d[2]], size);
      if (q >= 0) out[q] = 1;
    }
  }
  return out;
}

/** Keeps a voxel whose eight neighbours in the axial plane are set too; beyond the crop counts as set. */
function shrinkInPlane(mask: Uint8Array, size: readonly number[]): Uint8Array {
  const out = mask.slice();
  for (const [x, y, z] of listOf(mask, size))
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) {
        const q = indexOf([x + dx, y + dy, z], size);
        if (q >= 0 && mask[q] === 0) out[(z * size[1] + y) * size[0] + x] = 0;
      }
  return out;
}

/** Direction of greatest spread, by power iteration on the covariance. */
function principalAxis(points: readonly Point[]): Point {
  const n = points.length;
  const mean = meanOf(points);
  const covariance = [0, 1, 2].map((r) =>
    [0, 1, 2].map((c) => points.reduce((sum, p) => sum + (p[r] - mean[r]) * (p[c] - mean[c]), 0) / n),
  );
  let axis: [number, number, number] = [0.3, 0.4, 0.87];
  for (let round = 0; round < 40; round++) {
    const next = covariance.map((row) => row[0] * axis[0] + row[1] * axis[1] + row[2] * axis[2]);
    const length = Math.hypot(...next);
    if (length < 1e-12) return [0, 0, 1];
    axis = [next[0] / length, next[1] / length, next[2] / length];
  }
  return axis;
}

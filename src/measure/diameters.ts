// Longest diameters of a lesion: within one axial slice, and in space. Exact, between voxel centres.
import { type Affine, type Vec3, voxelToWorld } from '../domain/geometry.ts';
import type { SliceHull } from './extents.ts';
import { type SliceFrame, voxelOf } from './slice-axis.ts';

/** Two values closer than this share of their size count as equal, so that storage order cannot decide. */
const TIE = 1e-9;

export interface AxialDiameter {
  /** mm. */
  readonly length: number;
  /** Native slice index. */
  readonly slice: number;
  /** The two voxel centres in mm within the slice: [x, y] of SliceFrame. */
  readonly plane: readonly [readonly [number, number], readonly [number, number]];
  /** The same in RAS+ mm. */
  readonly points: readonly [Vec3, Vec3];
}

function planePoint(frame: SliceFrame, across: number, row: number): [number, number] {
  return [frame.ax * across + frame.rx * row, frame.ry * row];
}

function before(a: Vec3, b: Vec3): boolean {
  for (const axis of [2, 1, 0] as const) {
    const d = a[axis] - b[axis];
    if (Math.abs(d) > 1e-6) return d < 0;
  }
  return false;
}

function ordered(a: Vec3, b: Vec3): [Vec3, Vec3] {
  return before(b, a) ? [b, a] : [a, b];
}

/** Of two tied pairs, the lower, then more posterior, then more left one in the patient. */
function pairBefore(a: readonly [Vec3, Vec3], b: readonly [Vec3, Vec3]): boolean {
  if (before(a[0], b[0])) return true;
  if (before(b[0], a[0])) return false;
  return before(a[1], b[1]);
}

/**
 * Largest distance between two voxel centres within one axial slice. Among equally long ones the lowest, then most
 * posterior, then most left in the patient is taken, whatever the storage order.
 */
export function longestAxialDiameter(
  hulls: readonly SliceHull[],
  frame: SliceFrame,
  affine: Affine,
): AxialDiameter | undefined {
  let best: AxialDiameter | undefined;
  let bestSquare = -1;
  for (const { slice, vertices } of hulls) {
    const n = vertices.length / 2;
    const xs = new Float64Array(n);
    const ys = new Float64Array(n);
    let minX = Infinity;
    let maxX = -Infinity;
    let minY = Infinity;
    let maxY = -Infinity;
    for (let v = 0; v < n; v++) {
      const [x, y] = planePoint(frame, vertices[2 * v], vertices[2 * v + 1]);
      xs[v] = x;
      ys[v] = y;
      if (x < minX) minX = x;
      if (x > maxX) maxX = x;
      if (y < minY) minY = y;
      if (y > maxY) maxY = y;
    }
    // A slice whose bounding box is shorter than the best diameter cannot hold a longer one.
    if ((maxX - minX) ** 2 + (maxY - minY) ** 2 < bestSquare * (1 - TIE)) continue;
    for (let p = 0; p < n; p++)
      for (let q = p; q < n; q++) {
        const square = (xs[p] - xs[q]) ** 2 + (ys[p] - ys[q]) ** 2;
        if (square < bestSquare * (1 - TIE)) continue;
        const world = (v: number) =>
          voxelToWorld(affine, voxelOf(frame, slice, vertices[2 * v], vertices[2 * v + 1]));
        const points = ordered(world(p), world(q));
        const tied = square <= bestSquare * (1 + TIE);
        if (tied && best !== undefined && !pairBefore(points, best.points)) continue;
        if (square > bestSquare) bestSquare = square;
        best = {
          length: Math.sqrt(square),
          slice,
          plane: [
            [xs[p], ys[p]],
            [xs[q], ys[q]],
          ],
          points,
        };
      }
  }
  return best;
}

/** Width of a slice's hull across the direction of its longest diameter (Feret's perpendicular span), in mm. */
export function perpendicularFeret(
  hull: SliceHull,
  diameter: AxialDiameter,
  frame: SliceFrame,
): { length: number; from: [number, number]; to: [number, number] } {
  const [[x1, y1], [x2, y2]] = diameter.plane;
  const length = Math.hypot(x2 - x1, y2 - y1);
  // A single voxel has no direction; its span is zero in any.
  const nx = length === 0 ? 1 : -(y2 - y1) / length;
  const ny = length === 0 ? 0 : (x2 - x1) / length;
  let low = Infinity;
  let high = -Infinity;
  let from: [number, number] = [x1, y1];
  for (let v = 0; v < hull.vertices.length; v += 2) {
    const [x, y] = planePoint(frame, hull.vertices[v], hull.vertices[v + 1]);
    const t = x * nx + y * ny;
    if (t < low) {
      low = t;
      from = [x, y];
    }
    if (t > high) high = t;
  }
  const span = high - low;
  return { length: span, from, to: [from[0] + nx * span, from[1] + ny * span] };
}

/** In-plane mm of SliceFrame to RAS+ mm. */
export function planeToWorld(
  frame: SliceFrame,
  affine: Affine,
  slice: number,
  [x, y]: readonly [number, number],
): Vec3 {
  const row = frame.ry === 0 ? 0 : y / frame.ry;
  return voxelToWorld(affine, voxelOf(frame, slice, (x - frame.rx * row) / frame.ax, row));
}

/** Largest distance between two voxel centres of the whole lesion, with the two centres in RAS+ mm. */
export function longest3dDiameter(
  hulls: readonly SliceHull[],
  frame: SliceFrame,
  affine: Affine,
): { length: number; points: [Vec3, Vec3] } | undefined {
  let n = 0;
  for (const hull of hulls) n += hull.vertices.length / 2;
  if (n === 0) return undefined;
  // A vertex of the hull in space is a vertex of its slice's hull, so these points suffice.
  const points: Vec3[] = [];
  let cx = 0;
  let cy = 0;
  let cz = 0;
  for (const { slice, vertices } of hulls)
    for (let v = 0; v < vertices.length; v += 2) {
      const p = voxelToWorld(affine, voxelOf(frame, slice, vertices[v], vertices[v + 1]));
      points.push(p);
      cx += p[0] / n;
      cy += p[1] / n;
      cz += p[2] / n;
    }
  const radius = points.map((p) => Math.hypot(p[0] - cx, p[1] - cy, p[2] - cz));
  const order = Array.from({ length: n }, (_, v) => v).sort((a, b) => radius[b] - radius[a]);
  const x = Float64Array.from(order, (v) => points[v][0]);
  const y = Float64Array.from(order, (v) => points[v][1]);
  const z = Float64Array.from(order, (v) => points[v][2]);
  const r = Float64Array.from(order, (v) => radius[v]);
  let bestSquare = 0;
  let best: [Vec3, Vec3] = [points[0], points[0]];
  for (let p = 0; p < n; p++) {
    let reach = Math.sqrt(bestSquare) * (1 - TIE);
    if (2 * r[p] < reach) break;
    for (let q = p + 1; q < n; q++) {
      // Sorted by distance from the centre: no later point can reach further than the two radii together.
      if (r[p] + r[q] < reach) break;
      const square = (x[p] - x[q]) ** 2 + (y[p] - y[q]) ** 2 + (z[p] - z[q]) ** 2;
      if (square < bestSquare * (1 - TIE)) continue;
      const pair = ordered(points[order[p]], points[order[q]]);
      if (square > bestSquare * (1 + TIE) || pairBefore(pair, best)) {
        best = pair;
        if (square > bestSquare) {
          bestSquare = square;
          reach = Math.sqrt(bestSquare) * (1 - TIE);
        }
      }
    }
  }
  return { length: Math.sqrt(bestSquare), points: best };
}

// The convex hull of a mask in each axial slice, from the two ends of each of its rows.
import type { Bounds, RunSet } from './runs.ts';
import type { SliceFrame } from './slice-axis.ts';

/** Vertices of one slice's convex hull as voxel indices, in order around it: [across, row, across, row, …]. */
export interface SliceHull {
  readonly slice: number;
  readonly vertices: Int32Array;
}

/** A kidney is measured as a piece of both kidneys and as one side: its hulls are the same. */
const remembered = new WeakMap<
  RunSet,
  { readonly frame: SliceFrame; readonly hulls: readonly SliceHull[] }
>();

/** Convex hulls of the voxel centres of `runs` in each axial slice that it reaches, lowest index first. */
export function sliceHulls(runs: RunSet, bounds: Bounds, frame: SliceFrame): readonly SliceHull[] {
  const known = remembered.get(runs);
  if (known?.frame === frame) return known.hulls;
  const hulls = hullsOf(runs, bounds, frame);
  remembered.set(runs, { frame, hulls });
  return hulls;
}

function hullsOf(runs: RunSet, bounds: Bounds, frame: SliceFrame): SliceHull[] {
  const { axis, row } = frame;
  const s0 = bounds.min[axis];
  const slices = bounds.max[axis] - s0 + 1;
  const r0 = bounds.min[row];
  const rows = bounds.max[row] - r0 + 1;
  // Where runs go through the slices, those lie next to each other in memory.
  const [bySlice, byRow] = axis === 0 ? [1, slices] : [rows, 1];
  const low = new Int32Array(slices * rows).fill(2147483647);
  const high = new Int32Array(slices * rows).fill(-1);
  const [ni, nj] = runs.shape;
  for (let r = 0; r < runs.start.length; r++) {
    const line = Math.floor(runs.start[r] / ni);
    const i = runs.start[r] - line * ni;
    const last = runs.end[r] - 1 - line * ni;
    const k = Math.floor(line / nj);
    const j = line - k * nj;
    if (axis === 0) {
      // Runs go through the slices: each voxel is a candidate of its own slice (row = k, across = j).
      const line0 = (k - r0) * byRow - s0;
      for (let cell = line0 + i; cell <= line0 + last; cell++) {
        if (j < low[cell]) low[cell] = j;
        if (j > high[cell]) high[cell] = j;
      }
    } else {
      const cell = axis === 2 ? (k - s0) * rows + (j - r0) : (j - s0) * rows + (k - r0);
      if (i < low[cell]) low[cell] = i;
      if (last > high[cell]) high[cell] = last;
    }
  }
  const hulls: SliceHull[] = [];
  const lower = new Int32Array(rows * 2);
  const upper = new Int32Array(rows * 2);
  for (let s = 0; s < slices; s++) {
    let n = 0;
    let m = 0;
    for (let r = 0; r < rows; r++) {
      const cell = s * bySlice + r * byRow;
      if (high[cell] < 0) continue;
      n = push(lower, n, low[cell], r, 1);
      m = push(upper, m, high[cell], r, -1);
    }
    if (n === 0) continue;
    const vertices: number[] = [];
    for (let v = 0; v < n; v++) vertices.push(lower[2 * v], lower[2 * v + 1] + r0);
    for (let v = m - 1; v >= 0; v--) {
      const x = upper[2 * v];
      const y = upper[2 * v + 1];
      // The two chains meet where a row is one voxel wide.
      if (v === m - 1 && x === lower[2 * n - 2] && y === lower[2 * n - 1]) continue;
      if (v === 0 && x === lower[0] && y === lower[1]) continue;
      vertices.push(x, y + r0);
    }
    hulls.push({ slice: s + s0, vertices: Int32Array.from(vertices) });
  }
  return hulls;
}

/** Adds a point to a monotone chain that keeps turning to `side`; returns the chain's new length. */
function push(chain: Int32Array, length: number, x: number, y: number, side: 1 | -1): number {
  let n = length;
  while (n >= 2) {
    const ax = chain[2 * n - 4];
    const ay = chain[2 * n - 3];
    const bx = chain[2 * n - 2];
    const by = chain[2 * n - 1];
    const cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    // Along increasing rows, the chain of smallest columns bulges towards smaller ones: cross > 0 drops the middle.
    if (cross * side < 0) break;
    n--;
  }
  chain[2 * n] = x;
  chain[2 * n + 1] = y;
  return n + 1;
}

// Masks as sorted runs of voxels: one pass over a label map, then set algebra in memory proportional to its surface.
import type { Vec3 } from '../domain/geometry.ts';
import { occupiedSpans } from '../imaging/occupied.ts';

/**
 * A set of voxels of a grid as half-open intervals [start, end) of linear indices (i fastest), sorted and disjoint.
 * A run never crosses the end of a row, so that it lies on one (j, k).
 */
export interface RunSet {
  readonly shape: Vec3;
  readonly start: Int32Array;
  readonly end: Int32Array;
}

/** Inclusive voxel bounds. */
export interface Bounds {
  readonly min: [number, number, number];
  readonly max: [number, number, number];
}

/** A growing pair of interval lists; `newBuilder` and `build` hand its memory on from one set to the next. */
class RunBuilder {
  start = new Int32Array(1024);
  end = new Int32Array(1024);
  length = 0;

  push(start: number, end: number): void {
    if (this.length === this.start.length) {
      const start2 = new Int32Array(this.length * 2);
      const end2 = new Int32Array(this.length * 2);
      start2.set(this.start);
      end2.set(this.end);
      this.start = start2;
      this.end = end2;
    }
    this.start[this.length] = start;
    this.end[this.length++] = end;
  }

  /** The set; nothing may be pushed any more. */
  build(shape: Vec3): RunSet {
    const built = { shape, start: this.start.slice(0, this.length), end: this.end.slice(0, this.length) };
    this.length = 0;
    if (spare.length < SPARE_BUILDERS && this.start.length <= SPARE_RUNS) spare.push(this);
    return built;
  }
}

/** Builders at rest: a case builds dozens of sets, and their memory would all be garbage. */
const spare: RunBuilder[] = [];
const SPARE_BUILDERS = 4;
const SPARE_RUNS = 2 ** 18;

function newBuilder(): RunBuilder {
  return spare.pop() ?? new RunBuilder();
}

export function emptyRuns(shape: Vec3): RunSet {
  return { shape, start: new Int32Array(0), end: new Int32Array(0) };
}

export function voxelCount(runs: RunSet): number {
  let n = 0;
  for (let r = 0; r < runs.start.length; r++) n += runs.end[r] - runs.start[r];
  return n;
}

/** The runs of every non-zero value of a label map, in one pass over the blocks that are not background. */
export function runsByValue(
  data: Uint8Array | Uint16Array | Int32Array,
  shape: Vec3,
): ReadonlyMap<number, RunSet> {
  const builders = new Map<number, RunBuilder>();
  const rowLength = shape[0];
  // Background inside a block is skipped a word at a time.
  const perWord = 4 / data.BYTES_PER_ELEMENT;
  const shift = data.byteOffset % 4 === 0 ? 0 : Number.POSITIVE_INFINITY;
  const words = new Int32Array(data.buffer, data.byteOffset - (data.byteOffset % 4), data.byteLength >> 2);
  let lastValue = 0;
  let builder: RunBuilder | undefined;
  for (const [from, to] of occupiedSpans(data)) {
    let p = from;
    while (p < to) {
      const value = data[p];
      if (value === 0) {
        p++;
        if (p % perWord === shift) {
          let w = p / perWord;
          const stop = Math.floor(to / perWord);
          while (w < stop && words[w] === 0) w++;
          p = w * perWord;
        }
        continue;
      }
      const rowEnd = (Math.floor(p / rowLength) + 1) * rowLength;
      let q = p + 1;
      while (q < rowEnd && data[q] === value) q++;
      if (value !== lastValue) {
        const known = builders.get(value);
        builder = known ?? newBuilder();
        if (known === undefined) builders.set(value, builder);
        lastValue = value;
      }
      builder?.push(p, q);
      p = q;
    }
  }
  return new Map([...builders].map(([value, b]) => [value, b.build(shape)]));
}

/** Voxels in `a` or `b`. */
export function union(a: RunSet, b: RunSet): RunSet {
  if (a.start.length === 0) return b;
  if (b.start.length === 0) return a;
  const rowLength = a.shape[0];
  const out = newBuilder();
  let p = 0;
  let q = 0;
  let start = -1;
  let end = -1;
  let rowEnd = -1;
  while (p < a.start.length || q < b.start.length) {
    const takeA = q >= b.start.length || (p < a.start.length && a.start[p] <= b.start[q]);
    const s = takeA ? a.start[p] : b.start[q];
    const e = takeA ? a.end[p++] : b.end[q++];
    if (s <= end && s < rowEnd) {
      if (e > end) end = e;
    } else {
      if (start >= 0) out.push(start, end);
      start = s;
      end = e;
      rowEnd = (Math.floor(s / rowLength) + 1) * rowLength;
    }
  }
  out.push(start, end);
  return out.build(a.shape);
}

export function unionAll(sets: readonly RunSet[], shape: Vec3): RunSet {
  let level = sets.filter((s) => s.start.length > 0);
  if (level.length === 0) return emptyRuns(shape);
  while (level.length > 1) {
    const next: RunSet[] = [];
    for (let s = 0; s < level.length; s += 2)
      next.push(s + 1 < level.length ? union(level[s], level[s + 1]) : level[s]);
    level = next;
  }
  return level[0];
}

/** Voxels in `a` and not in `b`. */
export function subtract(a: RunSet, b: RunSet): RunSet {
  if (a.start.length === 0 || b.start.length === 0) return a;
  const out = newBuilder();
  let q = 0;
  for (let p = 0; p < a.start.length; p++) {
    let from = a.start[p];
    const to = a.end[p];
    while (q < b.start.length && b.end[q] <= from) q++;
    let r = q;
    while (r < b.start.length && b.start[r] < to) {
      if (b.start[r] > from) out.push(from, b.start[r]);
      from = b.end[r];
      r++;
    }
    if (from < to) out.push(from, to);
  }
  return out.build(a.shape);
}

/** Voxels in both. */
export function intersect(a: RunSet, b: RunSet): RunSet {
  const out = newBuilder();
  let p = 0;
  let q = 0;
  while (p < a.start.length && q < b.start.length) {
    const from = Math.max(a.start[p], b.start[q]);
    const to = Math.min(a.end[p], b.end[q]);
    if (from < to) out.push(from, to);
    if (a.end[p] < b.end[q]) p++;
    else q++;
  }
  return out.build(a.shape);
}

/** Number of voxels in both, without building the set. */
export function overlapCount(a: RunSet, b: RunSet): number {
  let n = 0;
  let p = 0;
  let q = 0;
  while (p < a.start.length && q < b.start.length) {
    const from = Math.max(a.start[p], b.start[q]);
    const to = Math.min(a.end[p], b.end[q]);
    if (from < to) n += to - from;
    if (a.end[p] < b.end[q]) p++;
    else q++;
  }
  return n;
}

const remembered = new WeakMap<RunSet, Bounds>();

/** Inclusive voxel bounds, or undefined for an empty set. Nobody writes to a set, so they are found once. */
export function boundsOf(runs: RunSet): Bounds | undefined {
  if (runs.start.length === 0) return undefined;
  const bounds = remembered.get(runs) ?? findBounds(runs);
  remembered.set(runs, bounds);
  return bounds;
}

function findBounds(runs: RunSet): Bounds {
  const [ni, nj] = runs.shape;
  const min: [number, number, number] = [ni, nj, runs.shape[2]];
  const max: [number, number, number] = [-1, -1, -1];
  for (let r = 0; r < runs.start.length; r++) {
    const row = (runs.start[r] / ni) | 0;
    const i = runs.start[r] - row * ni;
    const last = runs.end[r] - 1 - row * ni;
    const k = (row / nj) | 0;
    const j = row - k * nj;
    if (i < min[0]) min[0] = i;
    if (last > max[0]) max[0] = last;
    if (j < min[1]) min[1] = j;
    if (j > max[1]) max[1] = j;
    if (k < min[2]) min[2] = k;
    if (k > max[2]) max[2] = k;
  }
  return { min, max };
}

/** True when a voxel lies on one of the six faces of the grid (an axis one voxel thick has no faces to touch). */
export function touchesFace(bounds: Bounds | undefined, shape: Vec3): boolean {
  if (bounds === undefined) return false;
  return shape.some((n, axis) => n > 1 && (bounds.min[axis] === 0 || bounds.max[axis] === n - 1));
}

/** Mean voxel index (i, j, k) of the set; the set must not be empty. */
export function centroidOf(runs: RunSet): Vec3 {
  const [ni, nj] = runs.shape;
  let n = 0;
  let si = 0;
  let sj = 0;
  let sk = 0;
  for (let r = 0; r < runs.start.length; r++) {
    const row = Math.floor(runs.start[r] / ni);
    const i = runs.start[r] - row * ni;
    const length = runs.end[r] - runs.start[r];
    const k = Math.floor(row / nj);
    n += length;
    si += length * (i + (length - 1) / 2);
    sj += length * (row - k * nj);
    sk += length * k;
  }
  return [si / n, sj / n, sk / n];
}

/** For the rows of a set's bounding box, the index of the first run: rows are (k - k0) * height + (j - j0). */
export interface RowIndex {
  readonly j0: number;
  readonly k0: number;
  readonly height: number;
  readonly depth: number;
  /** `first[row]`…`first[row + 1]` are the runs of a row. */
  readonly first: Int32Array;
}

export function rowIndexOf(runs: RunSet, bounds = boundsOf(runs)): RowIndex {
  if (bounds === undefined) return { j0: 0, k0: 0, height: 0, depth: 0, first: new Int32Array(1) };
  const [ni, nj] = runs.shape;
  const [, j0, k0] = bounds.min;
  const height = bounds.max[1] - j0 + 1;
  const depth = bounds.max[2] - k0 + 1;
  const first = new Int32Array(height * depth + 1);
  for (let r = 0; r < runs.start.length; r++) {
    const row = Math.floor(runs.start[r] / ni);
    const k = Math.floor(row / nj);
    first[(k - k0) * height + (row - k * nj - j0) + 1]++;
  }
  for (let row = 0; row < height * depth; row++) first[row + 1] += first[row];
  return { j0, k0, height, depth, first };
}

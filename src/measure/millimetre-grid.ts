// The published pipeline's grid: canonical axes, 1 mm, nearest labels and linear intensities, made where needed.
import { type Grid, orientationOf, type Vec3, voxelToWorld } from '../domain/geometry.ts';
import type { LabelLayer, Volume } from '../domain/volume.ts';
import { type IntensitySummary, summaryOf } from './intensity.ts';
import { type Bounds, type RunSet, runsByValue } from './runs.ts';

/** A 1 mm grid in RAS order over the part of a scan that holds labels. */
export interface MillimetreGrid {
  /** The crop: 1 mm voxels, axes R, A, S along the scan's own (no rotation: an oblique scan stays oblique). */
  readonly grid: Grid;
  /** Where the crop starts in the whole 1 mm grid, and that grid's size. */
  readonly offset: Vec3;
  readonly whole: Vec3;
  /** For each canonical axis: the native axis, its length, whether it is flipped, and its spacing in mm. */
  readonly axes: readonly { axis: number; length: number; flipped: boolean; spacing: number }[];
}

/**
 * The 1 mm grid of a scan, cut to `bounds` (native, inclusive) with a margin.
 * Its first voxel is the first native voxel in RAS order, and it has ceil((n − 1) · spacing) + 1 voxels per axis.
 */
export function millimetreGrid(native: Grid, bounds: Bounds, marginMm: number): MillimetreGrid {
  const { axis: world, sign } = orientationOf(native.affine);
  const axes = [0, 1, 2].map((canonical) => {
    const axis = world.indexOf(canonical);
    return {
      axis,
      length: native.shape[axis],
      flipped: sign[axis] < 0,
      spacing: native.spacing[axis],
    };
  });
  const whole: [number, number, number] = [0, 0, 0];
  const offset: [number, number, number] = [0, 0, 0];
  const shape: [number, number, number] = [0, 0, 0];
  axes.forEach(({ axis, length, flipped, spacing }, a) => {
    whole[a] = Math.ceil((length - 1) * spacing - 1e-6) + 1;
    const low = flipped ? length - 1 - bounds.max[axis] : bounds.min[axis];
    const high = flipped ? length - 1 - bounds.min[axis] : bounds.max[axis];
    offset[a] = Math.max(0, Math.floor((low - 0.5) * spacing) - marginMm);
    shape[a] = Math.min(whole[a] - 1, Math.ceil((high + 0.5) * spacing) + marginMm) - offset[a] + 1;
  });
  const affine = [...native.affine];
  const start: [number, number, number] = [0, 0, 0];
  axes.forEach(({ axis, length, flipped, spacing }, a) => {
    start[axis] = flipped ? length - 1 - offset[a] / spacing : offset[a] / spacing;
    for (let row = 0; row < 3; row++)
      affine[row * 4 + a] = (native.affine[row * 4 + axis] * (flipped ? -1 : 1)) / spacing;
  });
  const origin = voxelToWorld(native.affine, start);
  for (let row = 0; row < 3; row++) affine[row * 4 + 3] = origin[row];
  return { grid: { shape, affine, spacing: [1, 1, 1] }, offset, whole, axes };
}

const strides = (shape: Vec3): number[] => [1, shape[0], shape[0] * shape[1]];

/** Runs of each value of a layer on the 1 mm grid, nearest neighbour. */
export function millimetreRuns(layer: LabelLayer, native: Grid, target: MillimetreGrid) {
  const step = strides(native.shape);
  const tables = target.axes.map(({ axis, length, flipped, spacing }, a) =>
    Int32Array.from({ length: target.grid.shape[a] }, (_, v) => {
      const index = Math.min(length - 1, Math.floor((v + target.offset[a]) / spacing + 0.5));
      return (flipped ? length - 1 - index : index) * step[axis];
    }),
  );
  const [ti, tj, tk] = tables;
  const { data } = layer;
  const out =
    data instanceof Uint8Array
      ? new Uint8Array(ti.length * tj.length * tk.length)
      : new Int32Array(ti.length * tj.length * tk.length);
  let p = 0;
  for (let k = 0; k < tk.length; k++)
    for (let j = 0; j < tj.length; j++) {
      const row = tj[j] + tk[k];
      for (let i = 0; i < ti.length; i++) out[p++] = data[row + ti[i]];
    }
  return runsByValue(out, target.grid.shape);
}

/** Mean and standard deviation of the linearly interpolated scan over a mask of the 1 mm grid. */
export function millimetreIntensity(
  runs: RunSet,
  { data, grid: native }: Volume,
  target: MillimetreGrid,
): IntensitySummary {
  const step = strides(native.shape);
  const low: Int32Array[] = [];
  const high: Int32Array[] = [];
  const weight: Float64Array[] = [];
  target.axes.forEach(({ axis, length, flipped, spacing }, a) => {
    const n = target.grid.shape[a];
    low.push(new Int32Array(n));
    high.push(new Int32Array(n));
    weight.push(new Float64Array(n));
    for (let v = 0; v < n; v++) {
      const at = Math.min(length - 1, (v + target.offset[a]) / spacing);
      const below = Math.min(length - 1, Math.floor(at + 1e-9));
      const above = Math.min(length - 1, below + 1);
      low[a][v] = (flipped ? length - 1 - below : below) * step[axis];
      high[a][v] = (flipped ? length - 1 - above : above) * step[axis];
      weight[a][v] = Math.max(0, at - below);
    }
  });
  const [ni, nj] = runs.shape;
  let n = 0;
  let notFinite = 0;
  let shift = Number.NaN;
  let sum = 0;
  let squares = 0;
  for (let r = 0; r < runs.start.length; r++) {
    const row = Math.floor(runs.start[r] / ni);
    const k = Math.floor(row / nj);
    const j = row - k * nj;
    const wj = weight[1][j];
    const wk = weight[2][k];
    const a00 = low[1][j] + low[2][k];
    const a10 = high[1][j] + low[2][k];
    const a01 = low[1][j] + high[2][k];
    const a11 = high[1][j] + high[2][k];
    for (let p = runs.start[r]; p < runs.end[r]; p++) {
      const i = p - row * ni;
      const l = low[0][i];
      const h = high[0][i];
      const wi = weight[0][i];
      const along = (base: number): number =>
        wi === 0 ? data[base + l] : data[base + l] * (1 - wi) + data[base + h] * wi;
      const below = wj === 0 ? along(a00) : along(a00) * (1 - wj) + along(a10) * wj;
      const value =
        wk === 0
          ? below
          : below * (1 - wk) + (wj === 0 ? along(a01) : along(a01) * (1 - wj) + along(a11) * wj) * wk;
      if (!Number.isFinite(value)) {
        notFinite++;
        continue;
      }
      if (n === 0) shift = value;
      const d = value - shift;
      n++;
      sum += d;
      squares += d * d;
    }
  }
  return summaryOf({ n, notFinite, shift, sum, squares });
}

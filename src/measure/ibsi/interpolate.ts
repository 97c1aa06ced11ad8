// Resampling as IBSI defines it: grids aligned at their centres, linear or cubic-spline, axis by axis.
import type { Vec3 } from '../../domain/geometry.ts';

export type Interpolation = 'linear' | 'cubic';

/**
 * Values of a block on a grid of another spacing whose centre coincides (IBSI "align grid centers"), which has
 * ceil(n · old / new) voxels per axis. Beyond the outermost voxel centres the border value is taken.
 */
export function interpolate(
  values: Float64Array,
  shape: Vec3,
  from: Vec3,
  to: Vec3,
  method: Interpolation,
): { values: Float64Array; shape: Vec3 } {
  let current = values;
  let size: Vec3 = shape;
  for (const axis of [0, 1, 2] as const) {
    if (Math.abs(from[axis] - to[axis]) < 1e-9) continue;
    const next = resampleAxis(current, size, axis, from[axis], to[axis], method);
    current = next.values;
    size = next.shape;
  }
  return { values: current, shape: size };
}

function resampleAxis(
  values: Float64Array,
  shape: Vec3,
  axis: 0 | 1 | 2,
  from: number,
  to: number,
  method: Interpolation,
): { values: Float64Array; shape: Vec3 } {
  const n = shape[axis];
  const m = Math.ceil((n * from) / to - 1e-9);
  const out: [number, number, number] = [shape[0], shape[1], shape[2]];
  out[axis] = m;
  const stride = axis === 0 ? 1 : axis === 1 ? shape[0] : shape[0] * shape[1];
  const outStride = axis === 0 ? 1 : axis === 1 ? out[0] : out[0] * out[1];
  const result = new Float64Array(out[0] * out[1] * out[2]);
  const line = new Float64Array(n);
  const position = Float64Array.from({ length: m }, (_, v) =>
    Math.min(n - 1, Math.max(0, (n - 1) / 2 + (v - (m - 1) / 2) * (to / from))),
  );
  const lines = values.length / n;
  for (let l = 0; l < lines; l++) {
    const low = l % stride;
    const start = low + Math.floor(l / stride) * stride * n;
    const target = low + Math.floor(l / stride) * outStride * m;
    for (let v = 0; v < n; v++) line[v] = values[start + v * stride];
    if (method === 'cubic') toSplineCoefficients(line);
    for (let v = 0; v < m; v++)
      result[target + v * outStride] =
        method === 'cubic' ? cubicAt(line, position[v]) : linearAt(line, position[v]);
  }
  return { values: result, shape: out };
}

function linearAt(line: Float64Array, at: number): number {
  const below = Math.min(line.length - 1, Math.floor(at));
  const above = Math.min(line.length - 1, below + 1);
  const w = at - below;
  return line[below] * (1 - w) + line[above] * w;
}

/** Pole of the cubic B-spline. */
const POLE = Math.sqrt(3) - 2;

/** Samples to cubic B-spline coefficients, in place, mirrored at both ends (Unser's recursive filter). */
function toSplineCoefficients(line: Float64Array): void {
  const n = line.length;
  if (n === 1) return;
  for (let v = 0; v < n; v++) line[v] *= 6;
  let power = POLE;
  let sum = line[0];
  for (let v = 1; v < Math.min(n, 40); v++) {
    sum += power * line[v];
    power *= POLE;
  }
  line[0] = sum;
  for (let v = 1; v < n; v++) line[v] += POLE * line[v - 1];
  line[n - 1] = (POLE / (POLE * POLE - 1)) * (line[n - 1] + POLE * line[n - 2]);
  for (let v = n - 2; v >= 0; v--) line[v] = POLE * (line[v + 1] - line[v]);
}

function cubicAt(coefficients: Float64Array, at: number): number {
  const n = coefficients.length;
  const mirror = (v: number): number => {
    if (n === 1) return 0;
    const period = 2 * (n - 1);
    const w = ((v % period) + period) % period;
    return w < n ? w : period - w;
  };
  const base = Math.floor(at);
  const t = at - base;
  const s = 1 - t;
  return (
    (s * s * s * coefficients[mirror(base - 1)] +
      (3 * t * t * t - 6 * t * t + 4) * coefficients[mirror(base)] +
      (3 * s * s * s - 6 * s * s + 4) * coefficients[mirror(base + 1)] +
      t * t * t * coefficients[mirror(base + 2)]) /
    6
  );
}

// Exact squared Euclidean distance to a set of voxels (Felzenszwalb & Huttenlocher 2012), axis by axis.
import type { Vec3 } from '../domain/geometry.ts';

/** For each voxel of a box (i fastest), the squared distance in mm² to the nearest voxel that is 1. */
export function squaredDistances(mask: Uint8Array, shape: Vec3, spacing: Vec3): Float64Array {
  const out = Float64Array.from(mask, (v) => (v === 1 ? 0 : Infinity));
  const strides = [1, shape[0], shape[0] * shape[1]];
  for (const axis of [0, 1, 2] as const) {
    const n = shape[axis];
    if (n === 1) continue;
    const stride = strides[axis];
    const line = new Float64Array(n);
    const at = new Int32Array(n);
    const from = new Float64Array(n + 1);
    for (let l = 0; l < out.length / n; l++) {
      const start = (l % stride) + Math.floor(l / stride) * stride * n;
      for (let v = 0; v < n; v++) line[v] = out[start + v * stride];
      lowerEnvelope(line, spacing[axis], at, from, (v, value) => {
        out[start + v * stride] = value;
      });
    }
  }
  return out;
}

/** Writes min over q of (mm·(v − q))² + line[q] for each v: the lower envelope of parabolas. */
function lowerEnvelope(
  line: Float64Array,
  mm: number,
  at: Int32Array,
  from: Float64Array,
  write: (v: number, value: number) => void,
): void {
  const n = line.length;
  const square = mm * mm;
  let k = -1;
  for (let q = 0; q < n; q++) {
    if (line[q] === Infinity) continue;
    let s = -Infinity;
    while (k >= 0) {
      const p = at[k];
      s = (line[q] - line[p] + square * (q * q - p * p)) / (2 * square * (q - p));
      if (s > from[k]) break;
      k--;
      s = -Infinity;
    }
    k++;
    at[k] = q;
    from[k] = s;
    from[k + 1] = Infinity;
  }
  if (k < 0) return;
  for (let v = 0, e = 0; v < n; v++) {
    while (from[e + 1] < v) e++;
    const d = (v - at[e]) * mm;
    write(v, d * d + line[at[e]]);
  }
}

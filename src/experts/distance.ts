// Exact Euclidean distances in millimetres from a set of voxels (Felzenszwalb & Huttenlocher, Theory of Computing 2012).
import type { Vec3 } from '../domain/geometry.ts';

/** Lower envelope of parabolas along one line of `n` samples, in place; `step` is the spacing in mm. */
function transformLine(
  f: Float64Array,
  n: number,
  step: number,
  v: Int32Array,
  z: Float64Array,
  out: Float64Array,
): void {
  const s2 = step * step;
  let k = -1;
  for (let q = 0; q < n; q++) {
    if (f[q] === Infinity) continue;
    let at = -Infinity;
    while (k >= 0) {
      const p = v[k];
      at = (f[q] - f[p] + s2 * (q * q - p * p)) / (2 * s2 * (q - p));
      if (at > z[k]) break;
      k--;
      at = -Infinity;
    }
    k++;
    v[k] = q;
    z[k] = at;
  }
  if (k < 0) {
    out.fill(Infinity, 0, n);
    return;
  }
  let j = 0;
  for (let q = 0; q < n; q++) {
    while (j < k && z[j + 1] < q) j++;
    const d = q - v[j];
    out[q] = s2 * d * d + f[v[j]];
  }
}

/**
 * Squared distance in mm² from each voxel centre to the nearest centre with `inside` not 0; Infinity without one.
 * `inside` is i-fastest of `shape`; voxel axes are taken as perpendicular.
 */
export function squaredDistances(inside: Uint8Array, shape: Vec3, spacing: Vec3): Float32Array {
  const [ni, nj, nk] = shape;
  const out = new Float32Array(inside.length);
  for (let p = 0; p < inside.length; p++) out[p] = inside[p] !== 0 ? 0 : Infinity;
  const longest = Math.max(ni, nj, nk);
  const line = new Float64Array(longest);
  const done = new Float64Array(longest);
  const v = new Int32Array(longest);
  const z = new Float64Array(longest);
  const pass = (n: number, stride: number, step: number, starts: Iterable<number>) => {
    for (const start of starts) {
      for (let q = 0; q < n; q++) line[q] = out[start + q * stride];
      transformLine(line, n, step, v, z, done);
      for (let q = 0; q < n; q++) out[start + q * stride] = done[q];
    }
  };
  pass(ni, 1, spacing[0], starts(nj, ni, nk, ni * nj));
  pass(nj, ni, spacing[1], starts(ni, 1, nk, ni * nj));
  pass(nk, ni * nj, spacing[2], starts(ni, 1, nj, ni));
  return out;
}

function* starts(a: number, strideA: number, b: number, strideB: number): Generator<number> {
  for (let y = 0; y < b; y++) for (let x = 0; x < a; x++) yield y * strideB + x * strideA;
}

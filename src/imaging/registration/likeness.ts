// How alike two images are under a transform: normalised correlation, or normalised mutual information.
import { type Affine, compose, invert } from '../../domain/geometry.ts';
import type { FloatImage } from './pyramid.ts';

export type Likeness = 'ncc' | 'mi';

/** Share of the fixed image that the moving one must cover; below it nothing is alike. */
const LEAST_OVERLAP = 0.25;
const BINS = 32;

export interface Compared {
  /** −1…1 for ncc; for mi the normalised mutual information less 1, 0…1. −1 where too little overlaps. */
  readonly likeness: number;
  /** Share of the fixed image's voxels that the moving one covers. */
  readonly overlap: number;
}

/** Compares a pair of images again and again; `transform` takes fixed world points to moving ones. */
export function comparer(
  fixed: FloatImage,
  moving: FloatImage,
  kind: Likeness,
): (transform: Affine) => Compared {
  const inverse = invert(moving.grid.affine);
  if (inverse === undefined) throw new RangeError('The moving image has no invertible affine.');
  const count = fixed.data.length;
  const f = new Float64Array(count);
  const m = new Float64Array(count);
  const measure = kind === 'ncc' ? correlation : mutualInformation(fixed, moving);
  return (transform) => {
    const n = sampled(fixed, moving, compose(inverse, compose(transform, fixed.grid.affine)), f, m);
    const overlap = n / count;
    return { likeness: overlap < LEAST_OVERLAP ? -1 : measure(f, m, n), overlap };
  };
}

/** Pairs of values where the moving image covers the fixed one; returns how many. `map`: fixed to moving voxels. */
function sampled(
  fixed: FloatImage,
  moving: FloatImage,
  map: Affine,
  f: Float64Array,
  m: Float64Array,
): number {
  const [ni, nj, nk] = fixed.grid.shape;
  const [si, sj, sk] = moving.grid.shape;
  const { data } = moving;
  let n = 0;
  for (let k = 0, at = 0; k < nk; k++)
    for (let j = 0; j < nj; j++) {
      const x0 = map[1] * j + map[2] * k + map[3];
      const y0 = map[5] * j + map[6] * k + map[7];
      const z0 = map[9] * j + map[10] * k + map[11];
      for (let i = 0; i < ni; i++, at++) {
        const x = map[0] * i + x0;
        const y = map[4] * i + y0;
        const z = map[8] * i + z0;
        if (x < 0 || y < 0 || x > si - 1 || y > sj - 1) continue;
        // A flat image has one layer, which half a voxel on either side belongs to.
        if (sk === 1 ? z < -0.5 || z > 0.5 : z < 0 || z > sk - 1) continue;
        const a = Math.min(si - 2, x | 0);
        const b = Math.min(sj - 2, y | 0);
        const c = sk === 1 ? 0 : Math.min(sk - 2, z | 0);
        const wx = x - a;
        const wy = y - b;
        const base = (c * sj + b) * si + a;
        const p = data[base] + wx * (data[base + 1] - data[base]);
        const q = data[base + si] + wx * (data[base + si + 1] - data[base + si]);
        let value = p + wy * (q - p);
        if (sk > 1) {
          const up = base + si * sj;
          const r = data[up] + wx * (data[up + 1] - data[up]);
          const s = data[up + si] + wx * (data[up + si + 1] - data[up + si]);
          value += (z - c) * (r + wy * (s - r) - value);
        }
        // Padding that is marked as such (NaN) belongs to neither image.
        const here = fixed.data[at];
        if (Number.isNaN(here) || Number.isNaN(value)) continue;
        f[n] = here;
        m[n++] = value;
      }
    }
  return n;
}

function correlation(f: Float64Array, m: Float64Array, n: number): number {
  let sf = 0;
  let sm = 0;
  for (let i = 0; i < n; i++) {
    sf += f[i];
    sm += m[i];
  }
  const [mf, mm] = [sf / n, sm / n];
  let ff = 0;
  let both = 0;
  let square = 0;
  for (let i = 0; i < n; i++) {
    const a = f[i] - mf;
    const b = m[i] - mm;
    ff += a * a;
    square += b * b;
    both += a * b;
  }
  return ff === 0 || square === 0 ? 0 : both / Math.sqrt(ff * square);
}

/**
 * Studholme's normalised mutual information, (H(f) + H(m)) / H(f, m), less 1; bins span each image's own values, and
 * a value is shared out between its two nearest bins, so that the measure changes smoothly.
 */
function mutualInformation(fixed: FloatImage, moving: FloatImage) {
  const scaleOf = ({ data }: FloatImage): ((value: number) => number) => {
    let low = Infinity;
    let high = -Infinity;
    for (const value of data) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const by = high > low ? (BINS - 1) / (high - low) : 0;
    return (value) => (value - low) * by;
  };
  const [binF, binM] = [scaleOf(fixed), scaleOf(moving)];
  const joint = new Float64Array(BINS * BINS);
  return (f: Float64Array, m: Float64Array, n: number): number => {
    joint.fill(0);
    for (let i = 0; i < n; i++) {
      const x = binF(f[i]);
      const y = binM(m[i]);
      const a = Math.min(BINS - 2, x | 0);
      const b = Math.min(BINS - 2, y | 0);
      const wx = x - a;
      const wy = y - b;
      const at = a * BINS + b;
      joint[at] += (1 - wx) * (1 - wy);
      joint[at + 1] += (1 - wx) * wy;
      joint[at + BINS] += wx * (1 - wy);
      joint[at + BINS + 1] += wx * wy;
    }
    const rows = new Float64Array(BINS);
    const columns = new Float64Array(BINS);
    const entropy = (counts: Float64Array) => {
      let sum = 0;
      for (const count of counts) if (count > 0) sum -= (count / n) * Math.log(count / n);
      return sum;
    };
    for (let a = 0; a < BINS; a++)
      for (let b = 0; b < BINS; b++) {
        rows[a] += joint[a * BINS + b];
        columns[b] += joint[a * BINS + b];
      }
    const both = entropy(joint);
    return both === 0 ? 0 : (entropy(rows) + entropy(columns)) / both - 1;
  };
}

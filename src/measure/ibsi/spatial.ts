// Moran's I and Geary's C with weights 1/distance over all voxel pairs, by convolution in the frequency domain.
import type { Roi } from './roi.ts';

const powerOfTwo = (n: number): number => 2 ** Math.ceil(Math.log2(n));

/** In-place radix-2 transform of one line of a complex array (Cooley–Tukey). */
function transformLine(re: Float64Array, im: Float64Array, cos: Float64Array, sin: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  for (let size = 2; size <= n; size <<= 1) {
    const half = size >> 1;
    const step = n / size;
    for (let k = 0; k < half; k++) {
      const wr = cos[k * step];
      const wi = sin[k * step];
      for (let p = k; p < n; p += size) {
        const q = p + half;
        const xr = re[q] * wr - im[q] * wi;
        const xi = re[q] * wi + im[q] * wr;
        re[q] = re[p] - xr;
        im[q] = im[p] - xi;
        re[p] += xr;
        im[p] += xi;
      }
    }
  }
}

function transform(re: Float64Array, im: Float64Array, size: readonly number[], inverse: boolean): void {
  const strides = [1, size[0], size[0] * size[1]];
  for (const axis of [0, 1, 2]) {
    const n = size[axis];
    const stride = strides[axis];
    // Roots of unity, once per axis.
    const turn = ((inverse ? 2 : -2) * Math.PI) / n;
    const cos = Float64Array.from({ length: n }, (_, k) => Math.cos(turn * k));
    const sin = Float64Array.from({ length: n }, (_, k) => Math.sin(turn * k));
    const lineRe = new Float64Array(n);
    const lineIm = new Float64Array(n);
    for (let l = 0; l < re.length / n; l++) {
      const start = (l % stride) + Math.floor(l / stride) * stride * n;
      for (let v = 0; v < n; v++) {
        lineRe[v] = re[start + v * stride];
        lineIm[v] = im[start + v * stride];
      }
      transformLine(lineRe, lineIm, cos, sin);
      for (let v = 0; v < n; v++) {
        re[start + v * stride] = lineRe[v];
        im[start + v * stride] = lineIm[v];
      }
    }
  }
}

/** Both autocorrelations of the intensities under the intensity mask. */
export function spatialAutocorrelation(roi: Roi): { moran: number; geary: number } {
  const [ni, nj, nk] = roi.shape;
  const min = [ni, nj, nk];
  const max = [-1, -1, -1];
  let n = 0;
  let sum = 0;
  for (let k = 0, p = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, p++) {
        if (roi.intensity[p] === 0) continue;
        n++;
        sum += roi.image[p];
        for (const [axis, v] of [i, j, k].entries()) {
          if (v < min[axis]) min[axis] = v;
          if (v > max[axis]) max[axis] = v;
        }
      }
  const extent = max.map((v, axis) => v - min[axis] + 1);
  const size = extent.map((v) => powerOfTwo(2 * v));
  const total = size[0] * size[1] * size[2];
  // Centred intensities in the real part and the mask in the imaginary part: one transform serves both.
  const re = new Float64Array(total);
  const im = new Float64Array(total);
  const mean = sum / n;
  const each = (visit: (source: number, padded: number) => void): void => {
    for (let k = 0; k < extent[2]; k++)
      for (let j = 0; j < extent[1]; j++)
        for (let i = 0; i < extent[0]; i++) {
          const source = ((k + min[2]) * nj + (j + min[1])) * ni + (i + min[0]);
          if (roi.intensity[source] === 1) visit(source, (k * size[1] + j) * size[0] + i);
        }
  };
  each((source, padded) => {
    re[padded] = roi.image[source] - mean;
    im[padded] = 1;
  });
  const weight = new Float64Array(total);
  const nothing = new Float64Array(total);
  const wrapped = (v: number, axis: number): number => Math.min(v, size[axis] - v) * roi.spacing[axis];
  for (let k = 0, p = 0; k < size[2]; k++)
    for (let j = 0; j < size[1]; j++)
      for (let i = 0; i < size[0]; i++, p++)
        if (p > 0) weight[p] = 1 / Math.hypot(wrapped(i, 0), wrapped(j, 1), wrapped(k, 2));
  transform(re, im, size, false);
  transform(weight, nothing, size, false);
  for (let p = 0; p < total; p++) {
    re[p] *= weight[p];
    im[p] *= weight[p];
  }
  transform(re, im, size, true);
  let weights = 0;
  let products = 0;
  let squares = 0;
  let weighted = 0;
  each((source, padded) => {
    const x = roi.image[source] - mean;
    weights += im[padded] / total;
    products += (x * re[padded]) / total;
    squares += x * x;
    weighted += (x * x * im[padded]) / total;
  });
  return {
    moran: ((n / weights) * products) / squares,
    geary: (((n - 1) / (2 * weights)) * (2 * weighted - 2 * products)) / squares,
  };
}

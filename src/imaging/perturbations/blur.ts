// Blur: a Gaussian, as motion or a soft kernel leaves it.
import type { Raster } from '../../domain/volume.ts';
import type { Perturbation } from '../perturbation.ts';

/** Separable Gaussian with clamped edges, out to three standard deviations. */
function blurred(raster: Raster, sd: number): Raster {
  const { width, height, channels } = raster;
  const reach = Math.ceil(3 * sd);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * sd * sd)),
  );
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  const clamp = (at: number, count: number) => (at < 0 ? 0 : at >= count ? count - 1 : at);
  const middle = new Float64Array(raster.data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let d = -reach; d <= reach; d++)
          sum += kernel[d + reach] * raster.data[(y * width + clamp(x + d, width)) * channels + c];
        middle[(y * width + x) * channels + c] = sum / total;
      }
  const out = new Uint8Array(raster.data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let d = -reach; d <= reach; d++)
          sum += kernel[d + reach] * middle[(clamp(y + d, height) * width + x) * channels + c];
        out[(y * width + x) * channels + c] = Math.round(sum / total);
      }
  return { ...raster, data: out };
}

const blur: Perturbation = {
  id: 'blur',
  summary: 'Gaussian blur',
  severityOf: 'standard deviation in pixels',
  range: [0, 12],
  levels: [1, 2, 4],
  monotone: true,
  pictures: 1,
  apply: (rasters, severity) =>
    severity === 0 ? rasters : rasters.map((raster) => blurred(raster, severity)),
};
export default blur;

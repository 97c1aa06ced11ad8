// Resolution: the picture averaged over blocks, as a coarser detector or a thumbnail would have it; the size stays.
import type { Raster } from '../../domain/volume.ts';
import type { Perturbation } from '../perturbation.ts';

/** Every block of `side` × `side` pixels (fractional sides allowed) replaced by its mean. */
function coarse(raster: Raster, side: number): Raster {
  const { width, height, channels, data } = raster;
  const columns = Math.max(1, Math.round(width / side));
  const rows = Math.max(1, Math.round(height / side));
  const sums = new Float64Array(columns * rows * channels);
  const counts = new Float64Array(columns * rows);
  const blockOf = (x: number, y: number) =>
    Math.min(rows - 1, Math.floor((y * rows) / height)) * columns +
    Math.min(columns - 1, Math.floor((x * columns) / width));
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const block = blockOf(x, y);
      counts[block]++;
      for (let c = 0; c < channels; c++, at++) sums[block * channels + c] += data[at];
    }
  const out = new Uint8Array(data.length);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const block = blockOf(x, y);
      for (let c = 0; c < channels; c++, at++)
        out[at] = Math.round(sums[block * channels + c] / counts[block]);
    }
  return { ...raster, data: out };
}

const resolution: Perturbation = {
  id: 'resolution',
  summary: 'pixels averaged over blocks; the picture keeps its size',
  severityOf: 'side of a block in pixels, minus one',
  range: [0, 31],
  levels: [1, 3, 7],
  monotone: true,
  pictures: 1,
  apply: (rasters, severity) =>
    severity === 0 ? rasters : rasters.map((raster) => coarse(raster, severity + 1)),
};
export default resolution;

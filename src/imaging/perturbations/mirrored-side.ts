// Mirrored side: left and right exchanged; answers about sides should turn over, others should stay.
import type { Raster } from '../../domain/volume.ts';
import type { Perturbation } from '../perturbation.ts';

function mirrored(raster: Raster): Raster {
  const { width, height, channels, data } = raster;
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        out[(y * width + x) * channels + c] = data[(y * width + (width - 1 - x)) * channels + c];
  return { ...raster, data: out };
}

const mirroredSide: Perturbation = {
  id: 'mirrored-side',
  summary: 'left and right exchanged in every picture',
  severityOf: '1 to mirror',
  range: [0, 1],
  levels: [1],
  monotone: false,
  pictures: 1,
  apply: (rasters, severity) => (severity < 0.5 ? rasters : rasters.map(mirrored)),
};
export default mirroredSide;

// Gaussian noise: what a lower dose or a shorter acquisition adds, the same in all channels of a pixel.
import { random } from '../../domain/random.ts';
import type { Volume } from '../../domain/volume.ts';
import { mapPixels, type Perturbation } from '../perturbation.ts';

const gaussianNoise: Perturbation = {
  id: 'gaussian-noise',
  summary: 'independent normal noise on every pixel',
  severityOf: 'standard deviation in grey levels of 255 (HU on a volume)',
  range: [0, 64],
  levels: [8, 16, 32],
  monotone: true,
  pictures: 1,
  apply(rasters, severity, seed) {
    if (severity === 0) return rasters;
    return rasters.map((raster, nth) => {
      const rng = random(seed, 'gaussian-noise', String(nth));
      let noise = 0;
      return mapPixels(raster, (value, _x, _y, channel) => {
        if (channel === 0) noise = rng.normal() * severity;
        return value + noise;
      });
    });
  },
  volume(volume, severity, seed): Volume {
    if (severity === 0) return volume;
    const rng = random(seed, 'gaussian-noise');
    return { ...volume, data: Float32Array.from(volume.data, (value) => value + rng.normal() * severity) };
  },
};
export default gaussianNoise;

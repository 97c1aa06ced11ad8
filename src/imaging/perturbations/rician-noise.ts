// Rician noise: the noise of magnitude MR, whose background does not stay black (Gudbjartsson and Patz 1995).
import { random } from '../../domain/random.ts';
import { mapPixels, type Perturbation } from '../perturbation.ts';

const ricianNoise: Perturbation = {
  id: 'rician-noise',
  summary: 'magnitude of the signal with normal noise in both receiver channels, as in MR',
  severityOf: 'standard deviation of each receiver channel in grey levels of 255',
  range: [0, 64],
  levels: [8, 16, 32],
  modalities: ['mr'],
  monotone: true,
  pictures: 1,
  apply(rasters, severity, seed) {
    if (severity === 0) return rasters;
    return rasters.map((raster, nth) => {
      const rng = random(seed, 'rician-noise', String(nth));
      let real = 0;
      let imaginary = 0;
      return mapPixels(raster, (value, _x, _y, channel) => {
        if (channel === 0) [real, imaginary] = [rng.normal() * severity, rng.normal() * severity];
        return Math.hypot(value + real, imaginary);
      });
    });
  },
};
export default ricianNoise;

// Speckle: multiplicative noise, as interference makes in ultrasound.
import { random } from '../../domain/random.ts';
import { mapPixels, type Perturbation } from '../perturbation.ts';

const speckle: Perturbation = {
  id: 'speckle',
  summary: 'noise that grows with brightness, as in ultrasound',
  severityOf: 'relative standard deviation of brightness',
  range: [0, 0.6],
  levels: [0.1, 0.2, 0.4],
  modalities: ['ultrasound'],
  monotone: true,
  pictures: 1,
  apply(rasters, severity, seed) {
    if (severity === 0) return rasters;
    return rasters.map((raster, nth) => {
      const rng = random(seed, 'speckle', String(nth));
      let factor = 1;
      return mapPixels(raster, (value, _x, _y, channel) => {
        if (channel === 0) factor = 1 + rng.normal() * severity;
        return value * factor;
      });
    });
  },
};
export default speckle;

// Window: brightness and contrast as another window setting would show them.
import { random } from '../../domain/random.ts';
import type { Raster } from '../../domain/volume.ts';
import { mapPixels, type Perturbation } from '../perturbation.ts';

/** Width shrinks by 1 / (1 + severity) and the level moves by a fifth of the severity, up or down by seed. */
function windowed(raster: Raster, severity: number, up: boolean): Raster {
  const centre = 127.5 + (up ? 1 : -1) * severity * 25.5;
  return mapPixels(raster, (value) => 127.5 + (value - centre) * (1 + severity));
}

const window: Perturbation = {
  id: 'window',
  summary: 'a narrower window with a shifted level: more contrast, clipped ends',
  severityOf:
    'narrowing of the window: its width is divided by 1 + severity, its level moves by a tenth of it',
  range: [0, 2],
  levels: [0.25, 0.5, 1],
  modalities: ['ct', 'mr', 'radiograph', 'ultrasound', 'nuclear'],
  monotone: true,
  pictures: 1,
  apply(rasters, severity, seed) {
    if (severity === 0) return rasters;
    const up = random(seed, 'window').next() < 0.5;
    return rasters.map((raster) => windowed(raster, severity, up));
  },
};
export default window;

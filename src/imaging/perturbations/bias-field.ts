// Bias field: the slow shading that a receiver coil leaves in MR.
import { random } from '../../domain/random.ts';
import type { Volume } from '../../domain/volume.ts';
import { mapPixels, type Perturbation } from '../perturbation.ts';

/** exp(severity · f), f a quadratic polynomial over −1…1 with seeded coefficients, scaled to at most 1 in size. */
function field(seed: string): (x: number, y: number, z: number) => number {
  const rng = random(seed, 'bias-field');
  const c = Array.from({ length: 9 }, () => rng.uniform(-1, 1));
  const raw = (x: number, y: number, z: number) =>
    c[0] * x +
    c[1] * y +
    c[2] * z +
    c[3] * x * x +
    c[4] * y * y +
    c[5] * z * z +
    c[6] * x * y +
    c[7] * x * z +
    c[8] * y * z;
  let largest = 1e-9;
  for (let x = -1; x <= 1; x += 0.25)
    for (let y = -1; y <= 1; y += 0.25)
      for (let z = -1; z <= 1; z += 0.25) largest = Math.max(largest, Math.abs(raw(x, y, z)));
  return (x, y, z) => raw(x, y, z) / largest;
}

const along = (at: number, count: number): number => (count < 2 ? 0 : (2 * at) / (count - 1) - 1);

const biasField: Perturbation = {
  id: 'bias-field',
  summary: 'a smooth multiplicative shading, as of an MR receiver coil',
  severityOf: 'largest logarithm of the shading factor',
  range: [0, 1.5],
  levels: [0.25, 0.5, 1],
  modalities: ['mr'],
  monotone: true,
  pictures: 1,
  apply(rasters, severity, seed) {
    if (severity === 0) return rasters;
    const shading = field(seed);
    return rasters.map((raster, nth) => {
      const z = along(nth, rasters.length);
      return mapPixels(
        raster,
        (value, x, y) =>
          value * Math.exp(severity * shading(along(x, raster.width), along(y, raster.height), z)),
      );
    });
  },
  volume(volume, severity, seed): Volume {
    if (severity === 0) return volume;
    const shading = field(seed);
    const [nx, ny, nz] = volume.grid.shape;
    const data = new Float32Array(volume.data.length);
    for (let k = 0, at = 0; k < nz; k++)
      for (let j = 0; j < ny; j++)
        for (let i = 0; i < nx; i++, at++)
          data[at] = volume.data[at] * Math.exp(severity * shading(along(i, nx), along(j, ny), along(k, nz)));
    return { ...volume, data };
  },
};
export default biasField;

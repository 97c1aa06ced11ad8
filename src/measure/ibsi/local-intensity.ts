// IBSI local intensity: the mean in a 1 cm³ sphere round the brightest voxel, and the brightest such sphere.
import type { Roi } from './roi.ts';

/** Radius in mm of a sphere of 1 cm³. */
const RADIUS = (3000 / (4 * Math.PI)) ** (1 / 3);

/** Values by IBSI tag. Spheres take in voxels outside the mask, and are cut at the image's border. */
export function localIntensity({ shape, spacing, image, intensity }: Roi): Record<string, number> {
  const [ni, nj, nk] = shape;
  const reach = spacing.map((mm) => Math.floor(RADIUS / mm));
  /** Runs of offsets along i for each (j, k): the half length of the sphere's chord there. */
  const rows: { j: number; k: number; half: number }[] = [];
  for (let k = -reach[2]; k <= reach[2]; k++)
    for (let j = -reach[1]; j <= reach[1]; j++) {
      const rest = RADIUS ** 2 - (j * spacing[1]) ** 2 - (k * spacing[2]) ** 2;
      if (rest >= 0) rows.push({ j, k, half: Math.floor(Math.sqrt(rest) / spacing[0] + 1e-9) });
    }
  // Running sums along each image row make a sphere's row one subtraction.
  const sums = new Float64Array((ni + 1) * nj * nk);
  for (let row = 0; row < nj * nk; row++)
    for (let i = 0; i < ni; i++)
      sums[row * (ni + 1) + i + 1] = sums[row * (ni + 1) + i] + image[row * ni + i];
  const peakAt = (i: number, j: number, k: number): number => {
    let total = 0;
    let n = 0;
    for (const row of rows) {
      const y = j + row.j;
      const z = k + row.k;
      if (y < 0 || z < 0 || y >= nj || z >= nk) continue;
      const from = Math.max(0, i - row.half);
      const to = Math.min(ni, i + row.half + 1);
      const base = (z * nj + y) * (ni + 1);
      total += sums[base + to] - sums[base + from];
      n += to - from;
    }
    return total / n;
  };
  let brightest = -Infinity;
  let local = -Infinity;
  let global = -Infinity;
  for (let k = 0, p = 0; k < nk; k++)
    for (let j = 0; j < nj; j++)
      for (let i = 0; i < ni; i++, p++) {
        if (intensity[p] === 0) continue;
        const peak = peakAt(i, j, k);
        if (peak > global) global = peak;
        if (image[p] > brightest || (image[p] === brightest && peak > local)) {
          brightest = image[p];
          local = peak;
        }
      }
  return { loc_peak_loc: local, loc_peak_glob: global };
}

// What holds for every perturbation: nothing at severity 0, the same by seed, sizes kept, farther with severity.
import { describe, expect, it } from 'vitest';
import { random } from '../domain/random.ts';
import type { Raster } from '../domain/volume.ts';
import type { Perturbation } from './perturbation.ts';

function pictures(channels: 1 | 3 | 4, count: number): Raster[] {
  return Array.from({ length: count }, (_, nth) => {
    const rng = random('pictures', String(nth));
    const [width, height] = [48, 32];
    const data = new Uint8Array(width * height * channels);
    for (let at = 0; at < data.length; at++) {
      const pixel = Math.floor(at / channels);
      data[at] = 60 + (pixel % width) * 2 + Math.floor(pixel / width) + 8 * nth + rng.int(12);
    }
    return { width, height, channels, data };
  });
}

function distance(a: readonly Raster[], b: readonly Raster[]): number {
  let sum = 0;
  let n = 0;
  a.forEach((raster, nth) => {
    for (let at = 0; at < raster.data.length; at++, n++) sum += (raster.data[at] - b[nth].data[at]) ** 2;
  });
  return Math.sqrt(sum / n);
}

export function perturbationContract(perturbation: Perturbation): void {
  const { id, range, levels } = perturbation;
  describe(`perturbation ${id}`, () => {
    const own = pictures(1, 4);

    it('changes nothing at severity 0 and something at its levels', () => {
      expect(perturbation.apply(own, 0, 'a')).toEqual(own);
      for (const level of levels)
        expect(distance(own, perturbation.apply(own, level, 'a'))).toBeGreaterThan(0);
    });

    it('has levels within its range, ascending', () => {
      expect([...levels].sort((a, b) => a - b)).toEqual([...levels]);
      for (const level of levels) {
        expect(level).toBeGreaterThan(range[0]);
        expect(level).toBeLessThanOrEqual(range[1]);
      }
    });

    it.each([
      1, 3, 4,
    ] as const)('keeps sizes, channels, alpha and the pictures given (%i channels)', (channels) => {
      const given = pictures(channels, 3);
      const copy = structuredClone(given);
      const changed = perturbation.apply(given, range[1], 'a');
      expect(given).toEqual(copy);
      expect(changed).toHaveLength(3);
      for (const [nth, raster] of changed.entries()) {
        expect([raster.width, raster.height, raster.channels]).toEqual([48, 32, channels]);
        expect(raster.data).toHaveLength(given[nth].data.length);
      }
    });

    it('is the same for the same seed', () => {
      const level = levels[levels.length - 1];
      expect(perturbation.apply(own, level, 'a')).toEqual(perturbation.apply(own, level, 'a'));
    });

    it('moves farther from the original the more severe it is', () => {
      if (!perturbation.monotone) return;
      const steps = Array.from({ length: 6 }, (_, n) => (range[1] * n) / 5);
      const far = ['a', 'b', 'c'].map((seed) =>
        steps.map((severity) => distance(own, perturbation.apply(own, severity, seed))),
      );
      const mean = steps.map((_, n) => far.reduce((sum, one) => sum + one[n], 0) / far.length);
      for (let n = 1; n < mean.length; n++) expect(mean[n]).toBeGreaterThanOrEqual(mean[n - 1] - 1e-9);
    });

    it('changes a volume as it says, its grid kept', () => {
      const { volume } = perturbation;
      if (volume === undefined) return;
      const data = new Int16Array(6 * 5 * 4).map((_, at) => at * 7 - 300);
      const grid = { shape: [6, 5, 4] as const, affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
      const source = { format: 'test', hash: '', axes: 'RAS', notes: [] };
      const given = { grid, data, units: 'HU', source } as unknown as Parameters<typeof volume>[0];
      expect(volume(given, 0, 'a').data).toEqual(data);
      const changed = volume(given, levels[0], 'a');
      expect(changed.grid).toEqual(grid);
      expect(Array.from(changed.data)).not.toEqual(Array.from(data));
    });
  });
}

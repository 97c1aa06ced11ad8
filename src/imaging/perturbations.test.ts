// Every perturbation against its contract, and what single ones are known to do.
import { describe, expect, it } from 'vitest';
import type { Raster } from '../domain/volume.ts';
import { perturbationContract } from './perturbation.contract.ts';
import { modalityKind } from './perturbation.ts';
import { perturbations } from './perturbations/registry.generated.ts';

for (const perturbation of Object.values(perturbations)) perturbationContract(perturbation);

const flat = (value: number): Raster => ({
  width: 64,
  height: 64,
  channels: 1,
  data: new Uint8Array(64 * 64).fill(value),
});

function moments(raster: Raster): { mean: number; sd: number } {
  const mean = Array.from(raster.data).reduce((sum, value) => sum + value, 0) / raster.data.length;
  const square =
    Array.from(raster.data).reduce((sum, value) => sum + (value - mean) ** 2, 0) / raster.data.length;
  return { mean, sd: Math.sqrt(square) };
}

describe('single perturbations', () => {
  it('adds noise of the standard deviation that it says', () => {
    const [noisy] = perturbations['gaussian-noise'].apply([flat(128)], 16, 'a');
    // 4,096 draws: the standard deviation is known to 16 / √8192 = 0.18.
    expect(moments(noisy).sd).toBeCloseTo(16, -0.2);
    expect(Math.abs(moments(noisy).sd - 16)).toBeLessThan(0.7);
    expect(Math.abs(moments(noisy).mean - 128)).toBeLessThan(1);
  });

  it('lifts the background of MR to σ·√(π/2), the mean of Rayleigh noise', () => {
    const [noisy] = perturbations['rician-noise'].apply([flat(0)], 16, 'a');
    expect(Math.abs(moments(noisy).mean - 16 * Math.sqrt(Math.PI / 2))).toBeLessThan(0.6);
  });

  it('makes speckle in proportion to brightness', () => {
    const [dark, bright] = perturbations.speckle.apply([flat(50), flat(150)], 0.1, 'a');
    expect(moments(bright).sd / moments(dark).sd).toBeCloseTo(3, 0);
  });

  it('mirrors twice to the original', () => {
    const ramp: Raster = { width: 4, height: 1, channels: 1, data: Uint8Array.of(1, 2, 3, 4) };
    const [once] = perturbations['mirrored-side'].apply([ramp], 1, 'a');
    expect([...once.data]).toEqual([4, 3, 2, 1]);
  });

  it('leaves no picture in its place when all exchange places', () => {
    const given = [1, 2, 3, 4, 5].map((value) => flat(value));
    const moved = perturbations['slice-order'].apply(given, 1, 'a');
    expect(moved.every((raster, nth) => raster !== given[nth])).toBe(true);
    expect(moved.map(({ data }) => data[0]).sort()).toEqual([1, 2, 3, 4, 5]);
  });

  it('keeps the mean of every block at a lower resolution', () => {
    const ramp: Raster = {
      width: 4,
      height: 2,
      channels: 1,
      data: Uint8Array.of(0, 2, 10, 20, 4, 6, 30, 40),
    };
    const [coarse] = perturbations.resolution.apply([ramp], 1, 'a');
    expect([...coarse.data]).toEqual([3, 3, 25, 25, 3, 3, 25, 25]);
  });

  it.each([
    ['MRI', 'mr'],
    ['Chest X-Ray', 'radiograph'],
    ['CT', 'ct'],
    ['PET/CT', 'nuclear'],
    ['Dermoscopy', 'photograph'],
    ['Histopathology', 'microscopy'],
    ['ultrasound', 'ultrasound'],
    ['other', undefined],
  ])('knows the family of "%s"', (name, kind) => {
    expect(modalityKind(name)).toBe(kind);
  });
});

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { OverreadError } from '../domain/errors.ts';
import { type Affine, gridOf, type Vec3 } from '../domain/geometry.ts';
import type { RawAnnotation } from '../domain/volume.ts';
import { matchGeometry } from './match-geometry.ts';
import { openAnnotation, openVolume } from './open.ts';

const straight = (step: number, [x, y, z]: Vec3): Affine => [
  step,
  0,
  0,
  x,
  0,
  step,
  0,
  y,
  0,
  0,
  step,
  z,
  0,
  0,
  0,
  1,
];

function annotation(
  shape: Vec3,
  affine: Affine,
  at: (i: number, j: number, k: number) => number,
): RawAnnotation {
  const data = new Uint8Array(shape[0] * shape[1] * shape[2]);
  let index = 0;
  for (let k = 0; k < shape[2]; k++)
    for (let j = 0; j < shape[1]; j++) for (let i = 0; i < shape[0]; i++) data[index++] = at(i, j, k);
  const source = { format: 'test', hash: '', axes: 'RAS', notes: [] };
  return { grid: gridOf(shape, affine), layers: [{ data, labels: [{ value: 1 }] }], source };
}

const image = { grid: gridOf([10, 10, 10], straight(1, [0, 0, 0])) };
const distanceOf = (work: () => unknown): number => {
  try {
    work();
  } catch (error) {
    if (OverreadError.isInstance(error) && error.code === 'geometry-mismatch')
      return Number(error.details.millimetres);
    throw error;
  }
  return 0;
};

describe('matchGeometry', () => {
  it('the same grid is left as it is', () => {
    const mask = annotation([10, 10, 10], straight(1, [0, 0, 0]), () => 1);
    expect(matchGeometry(mask, image)).toBe(mask);
  });

  it('a rounding apart, the image’s grid is taken, and it is said', () => {
    const mask = annotation([10, 10, 10], straight(1, [0.1, 0, 0]), () => 1);
    const matched = matchGeometry(mask, image);
    expect(matched.grid).toBe(image.grid);
    expect(matched.layers).toBe(mask.layers);
    expect(matched.source.notes).toEqual(['Mask and image differ by 0.100 mm and were taken as one grid.']);
  });

  it('the same space in another order is turned, without loss', () => {
    // Rows stored from the back: y runs the other way.
    const flipped: Affine = [1, 0, 0, 0, 0, -1, 0, 9, 0, 0, 1, 0, 0, 0, 0, 1];
    const mask = annotation([10, 10, 10], flipped, (i, j, k) => (i === 2 && j === 0 && k === 5 ? 1 : 0));
    const { layers } = matchGeometry(mask, image);
    expect(layers[0].data.indexOf(1)).toBe(2 + 10 * 9 + 100 * 5);
    expect(layers[0].data.filter((v) => v === 1)).toHaveLength(1);
  });

  it('a cropped mask lands where it belongs', () => {
    const mask = annotation([3, 3, 3], straight(1, [4, 5, 6]), (i, j, k) => (i + j + k === 0 ? 1 : 0));
    const { layers, source } = matchGeometry(mask, image);
    expect(layers[0].data.indexOf(1)).toBe(4 + 50 + 600);
    expect(source.notes[0]).toMatch(/resampled/);
  });

  it('a mask of the image’s size that lies elsewhere is refused with the distance', () => {
    const mask = annotation([10, 10, 10], straight(1, [30, 40, 0]), () => 1);
    expect(distanceOf(() => matchGeometry(mask, image))).toBeCloseTo(50, 6);
    expect(() => matchGeometry(mask, image)).toThrow('50.0 mm apart');
  });

  it('labels outside the image are refused, empty space outside is not', () => {
    const large = (at: (i: number) => number) => annotation([30, 10, 10], straight(1, [-10, 0, 0]), at);
    expect(
      distanceOf(() =>
        matchGeometry(
          large((i) => (i >= 10 && i < 20 ? 1 : 0)),
          image,
        ),
      ),
    ).toBe(0);
    // Voxel 29 lies at 19 mm; the image ends at 9 mm plus the slack of a voxel and a half.
    expect(
      distanceOf(() =>
        matchGeometry(
          large((i) => (i === 29 ? 1 : 0)),
          image,
        ),
      ),
    ).toBeCloseTo(8.5, 6);
  });

  it('a mask whose geometry was lost is refused', () => {
    const mask = annotation([20, 20, 20], straight(1, [500, 500, 500]), () => 0);
    expect(distanceOf(() => matchGeometry(mask, image))).toBeGreaterThan(800);
  });
});

const shared = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
describe.skipIf(!existsSync(shared))('real masks and images', () => {
  it('a PET mask goes onto its CT with nearly the same volume', async () => {
    const folder = `${shared}sts-ct-pet-mr/STS_002/`;
    const pet = await openAnnotation(`${folder}PET_mask.nii.gz`);
    const ct = await openVolume(`${folder}CT_image.nii.gz`);
    const matched = matchGeometry(pet, ct);
    const litres = ({ grid, layers }: RawAnnotation) =>
      (layers[0].data.filter((v) => v > 0).length * grid.spacing[0] * grid.spacing[1] * grid.spacing[2]) /
      1e6;
    expect(matched.grid).toBe(ct.grid);
    expect(litres(matched) / litres(pet)).toBeCloseTo(1, 1);
  });

  it('a NIfTI mask with its rows the other way meets its DICOM series voxel by voxel', async () => {
    const folder = `${shared}ct-abdomen-totalseg/`;
    const series = await openVolume(`${folder}dicom`);
    const { layers } = matchGeometry(await openAnnotation(`${folder}example_seg_dicom.nii.gz`), series);
    const meanOf = (label: number) => {
      let [voxels, sum] = [0, 0];
      layers[0].data.forEach((value, i) => {
        if (value !== label) return;
        voxels++;
        sum += series.data[i];
      });
      return [voxels, Number((sum / voxels).toFixed(3))];
    };
    // facts.json, "organ_stats": liver, spleen, aorta.
    expect([5, 1, 52].map(meanOf)).toEqual([
      [366708, 89.305],
      [130634, 79.569],
      [11723, 177.308],
    ]);
  });

  it('an MR mask does not go onto an unrelated CT', async () => {
    const mr = await openAnnotation(`${shared}ct-abdomen-totalseg/example_seg_mr.nii.gz`);
    const ct = await openVolume(`${shared}ct-abdomen-totalseg/example_ct_sm.nii.gz`);
    expect(distanceOf(() => matchGeometry(mr, ct))).toBeGreaterThan(10);
  });
});

// Shapes with known sizes, in every storage order: what is measured belongs to the patient, not to the file.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Affine, type Grid, gridOf, type Vec3 } from '../domain/geometry.ts';
import { type MeasurementSet, quantityOf, regionOf } from '../domain/measurement.ts';
import { measureCase } from './measure.ts';
import { caseOf, paintBall, paintBox, paintWhere, stored } from './testing.ts';

const centred = (shape: Vec3, spacing: Vec3): Grid =>
  gridOf(shape, [
    spacing[0],
    0,
    0,
    (-spacing[0] * (shape[0] - 1)) / 2,
    0,
    spacing[1],
    0,
    (-spacing[1] * (shape[1] - 1)) / 2,
    0,
    0,
    spacing[2],
    (-spacing[2] * (shape[2] - 1)) / 2,
    0,
    0,
    0,
    1,
  ]);

const lesion = (set: MeasurementSet) => regionOf(set, 'liver_lesion')?.instances[0] ?? { measurements: [] };
const value = (set: MeasurementSet, quantity: string) => quantityOf(lesion(set), quantity)?.value as number;

describe('a ball of radius 20 mm', () => {
  for (const spacing of [
    [1, 1, 1],
    [0.7, 0.7, 5],
    [0.9, 1.3, 2],
  ] as const) {
    const grid = centred([71, 71, 41], spacing);
    const data = new Uint8Array(71 * 71 * 41);
    paintBall(data, grid, [0, 0, 0], 20, 1);
    const set = measureCase(caseOf(grid, data, { liver_lesion: 1 }).annotation, undefined, {
      rules: 'strict',
    });
    it(`has the volume and diameters of a ball at ${spacing.join(' × ')} mm`, () => {
      expect(value(set, 'volume')).toBeGreaterThan(((4 / 3) * Math.PI * 20 ** 3 * 0.97) / 1000);
      expect(value(set, 'volume')).toBeLessThan(((4 / 3) * Math.PI * 20 ** 3 * 1.03) / 1000);
      const pixel = Math.hypot(spacing[0], spacing[1]);
      for (const quantity of ['longest-axial-diameter', 'perpendicular-feret', 'perpendicular-chord']) {
        expect(value(set, quantity)).toBeLessThanOrEqual(40 + 1e-9);
        expect(value(set, quantity)).toBeGreaterThan(40 - 2 * pixel);
      }
      expect(value(set, 'slice-percent')).toBeCloseTo(50, 6);
    });
  }
});

describe('a C-shaped lesion', () => {
  // A square ring open to one side: the Feret span crosses the gap, the WHO chord may not.
  const grid = centred([41, 41, 3], [1, 1, 1]);
  const data = new Uint8Array(41 * 41 * 3);
  paintBox(data, grid, [5, 10, 1], [35, 30, 1], 1);
  paintBox(data, grid, [9, 14, 1], [35, 26, 1], 0);
  const set = measureCase(caseOf(grid, data, { liver_lesion: 1 }).annotation, undefined, { rules: 'strict' });
  it('has a WHO chord that stays inside it, shorter than its Feret span', () => {
    expect(value(set, 'longest-axial-diameter')).toBeCloseTo(Math.hypot(30, 20), 9);
    expect(value(set, 'perpendicular-feret')).toBeCloseTo((2 * 30 * 20) / Math.hypot(30, 20), 9);
    expect(value(set, 'perpendicular-chord')).toBeLessThan(value(set, 'perpendicular-feret') - 5);
    expect(value(set, 'perpendicular-chord')).toBeGreaterThan(3);
  });
});

describe('storage order', () => {
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ] as const;
  it('changes no measurement: axes swapped and flipped, organs, lesions, vessels', () => {
    const grid = centred([24, 20, 12], [0.8, 1.1, 2.5]);
    const blob = fc.record({
      x: fc.double({ min: -6, max: 6, noNaN: true }),
      y: fc.double({ min: -6, max: 6, noNaN: true }),
      z: fc.double({ min: -9, max: 9, noNaN: true }),
      r: fc.double({ min: 2, max: 6, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(blob, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...orders),
        fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
        fc.constantFrom('strict' as const, 'radgpt' as const),
        (blobs, order, flip, rules) => {
          const data = new Uint8Array(24 * 20 * 12);
          const hu = new Float32Array(data.length);
          paintWhere(data, grid, 1, (p) => Math.abs(p[0]) < 9 && Math.abs(p[1]) < 10 && Math.abs(p[2]) < 12);
          paintWhere(data, grid, 3, (p) => Math.hypot(p[0] - 4, p[1]) < 2);
          for (const { x, y, z, r } of blobs) paintBall(data, grid, [x, y, z], r, 2);
          for (let p = 0; p < hu.length; p++) hu[p] = ((p * 7919) % 331) - 100;
          const labels = { liver: 1, liver_lesion: 2, aorta: 3 };
          const here = caseOf(grid, data, labels, hu);
          const there = stored(grid, data, order, flip);
          const thereHu = stored(grid, hu, order, flip);
          const other = caseOf(there.grid, there.data, labels, thereHu.data);
          const a = measureCase(here.annotation, here.volume, { rules });
          const b = measureCase(other.annotation, other.volume, { rules });
          expect(facts(b)).toEqual(facts(a));
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });
});

/** Every number of a set that does not depend on storage order, rounded to 1e-6. */
function facts(set: MeasurementSet) {
  const round = (v: unknown): unknown =>
    typeof v === 'number' ? Number(v.toFixed(6)) + 0 : Array.isArray(v) ? v.map(round) : v;
  const list = (measurements: MeasurementSet['regions'][number]['measurements']) =>
    measurements
      .filter((m) => !['slice', 'radgpt-slice'].includes(m.quantity))
      .map((m) => [
        m.quantity,
        m.with,
        round(m.value),
        m.quantity.includes('perpendicular') ? undefined : round(m.points),
      ]);
  return set.regions.map((region) => ({
    structure: region.structure,
    voxels: region.voxels,
    touchesFace: region.touchesFace,
    measurements: list(region.measurements),
    instances: region.instances.map((instance) => ({
      voxels: instance.voxels,
      centroid: round([...instance.centroid]),
      measurements: list(instance.measurements),
      adjacent: instance.adjacent.map(({ structure, areaMm2 }) => [structure, round(areaMm2)]),
    })),
  }));
}

describe('tilted slices', () => {
  const turned = (degrees: number, axis: 'x' | 'z'): Affine => {
    const c = Math.cos((degrees * Math.PI) / 180);
    const s = Math.sin((degrees * Math.PI) / 180);
    return axis === 'x'
      ? [1, 0, 0, 0, 0, c, -s, 0, 0, s, c, 0, 0, 0, 0, 1]
      : [c, -s, 0, 0, s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  };
  const measured = (affine: Affine) => {
    const grid = gridOf([20, 20, 20], affine);
    const data = new Uint8Array(8000);
    paintBox(data, grid, [4, 5, 6], [14, 11, 9], 1);
    return measureCase(caseOf(grid, data, { liver_lesion: 1 }).annotation, undefined, { rules: 'strict' });
  };
  it('keep their axial diameter up to 10° and are refused beyond, with the diameter in space given instead', () => {
    expect(value(measured(turned(9.9, 'x')), 'longest-axial-diameter')).toBeCloseTo(Math.hypot(10, 6), 9);
    const set = measured(turned(10.1, 'x'));
    const refused = quantityOf(lesion(set), 'longest-axial-diameter');
    expect(refused?.value).toBeNull();
    expect(refused?.flags).toEqual(['oblique']);
    expect(value(set, 'longest-3d-diameter')).toBeCloseTo(Math.hypot(10, 6, 3), 9);
  });
  it('are still axial when the patient is only turned within the plane', () => {
    expect(value(measured(turned(30, 'z')), 'longest-axial-diameter')).toBeCloseTo(Math.hypot(10, 6), 9);
  });
});

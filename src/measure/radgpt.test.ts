// The published pipeline's rules where they differ from the strict ones.
import { describe, expect, it } from 'vitest';
import { type Grid, gridOf, type Vec3 } from '../domain/geometry.ts';
import { type MeasurementSet, quantityOf, regionOf } from '../domain/measurement.ts';
import { answerMeasure } from './answer.ts';
import { measureCase } from './measure.ts';
import { caseOf, paintBall, paintBox, paintWhere } from './testing.ts';

const isotropic = (shape: Vec3): Grid =>
  gridOf(shape, [1, 0, 0, -20, 0, 1, 0, -20, 0, 0, 1, -20, 0, 0, 0, 1]);
const grid = isotropic([41, 41, 41]);
const blank = () => new Uint8Array(41 ** 3);

const both = (
  data: Uint8Array,
  labels: Record<string, number>,
  hu?: Float32Array,
): { strict: MeasurementSet; radgpt: MeasurementSet } => {
  const { annotation, volume } = caseOf(grid, data, labels, hu);
  return {
    strict: measureCase(annotation, volume, { rules: 'strict' }),
    radgpt: measureCase(annotation, volume, { rules: 'radgpt' }),
  };
};

describe('an organ at the face of the scan', () => {
  const data = blank();
  paintBox(data, grid, [0, 10, 10], [19, 19, 19], 1);
  const { strict, radgpt } = both(data, { spleen: 1 });
  it('has no volume by the published rules, and a flagged one by the strict rules', () => {
    const published = quantityOf(regionOf(radgpt, 'spleen') ?? { measurements: [] }, 'radgpt-volume');
    expect(published?.value).toBeNull();
    expect(published?.flags).toContain('touches-face');
    expect(answerMeasure(radgpt, 'spleen', 'volume_cm3')).toMatchObject({
      error: expect.stringContaining('touches-face'),
    });
    expect(answerMeasure(strict, 'spleen', 'volume_cm3')).toMatchObject({
      value: 2,
      flags: ['touches-face'],
    });
  });
});

describe('lesions that vanish under one erosion', () => {
  const data = blank();
  paintBox(data, grid, [5, 5, 5], [16, 6, 5], 1); // 24 mm³, one voxel flat
  paintBox(data, grid, [25, 25, 25], [27, 27, 27], 1); // 27 mm³ cube
  paintBox(data, grid, [35, 35, 35], [36, 36, 36], 1); // 8 mm³
  const { strict, radgpt } = both(data, { liver_lesion: 1 });
  it('are not counted, as those under 10 mm³ are not; strict rules keep the flat one', () => {
    expect(answerMeasure(radgpt, 'liver_lesion', 'lesion_volumes_cm3')).toMatchObject({ value: [0.027] });
    expect(answerMeasure(strict, 'liver_lesion', 'lesion_volumes_cm3')).toMatchObject({
      value: [0.027, 0.024],
    });
    expect(radgpt.notes).toEqual(['liver_lesion: 2 component(s) under 10 mm³ or lost to erosion left out']);
  });
});

describe('published numbers', () => {
  const data = blank();
  paintBox(data, grid, [5, 5, 5], [34, 34, 34], 1);
  paintBox(data, grid, [10, 10, 10], [15, 13, 14], 2);
  const hu = new Float32Array(data.length);
  for (let p = 0; p < hu.length; p++) hu[p] = data[p] === 2 ? 40.26 : 50.14 + (p % 2 === 0 ? 12 : -12);
  const { radgpt } = both(data, { liver: 1, liver_lesion: 2 }, hu);
  const [lesion] = regionOf(radgpt, 'liver_lesion')?.instances ?? [];
  it('truncate diameters to millimetres', () => {
    expect(quantityOf(lesion, 'radgpt-longest-axial-diameter')?.value).toBe(Math.trunc(Math.hypot(5, 3)));
    expect(answerMeasure(radgpt, 'liver', 'largest_lesion_diameter_cm')).toMatchObject({ value: 0.5 });
  });
  it('round attenuation to a tenth of a HU and compare it with a tenth of the organ’s deviation', () => {
    expect(answerMeasure(radgpt, 'liver_lesion', 'mean_hu')).toMatchObject({ value: 40.3 });
    expect(answerMeasure(radgpt, 'liver', 'std_hu')).toMatchObject({ value: 12 });
    expect(quantityOf(lesion, 'radgpt-attenuation')?.value).toBe('hypoattenuating');
  });
  it('go by names of their own wherever the rules differ', () => {
    const quantities = radgpt.regions.flatMap((region) => [
      ...region.measurements.map((m) => m.quantity),
      ...region.instances.flatMap((instance) => instance.measurements.map((m) => m.quantity)),
    ]);
    expect(quantities.length).toBeGreaterThan(10);
    expect(quantities.every((quantity) => quantity.startsWith('radgpt-'))).toBe(true);
  });
});

describe('the place of a lesion', () => {
  it('names every segment with over a tenth of it, joined by a slash', () => {
    const lesions = blank();
    const parts = blank();
    paintBox(parts, grid, [5, 5, 5], [14, 34, 34], 1);
    paintBox(parts, grid, [15, 5, 5], [24, 34, 34], 2);
    paintBox(parts, grid, [25, 5, 5], [34, 34, 34], 3);
    paintBox(lesions, grid, [8, 10, 10], [25, 19, 19], 1); // columns 8…14 | 15…24 | 25: 7, 10 and 1 of 18
    const base = caseOf(grid, lesions, { liver_lesion: 1 }).annotation;
    const set = measureCase(
      {
        ...base,
        layers: [
          ...base.layers,
          ...caseOf(grid, parts, { liver_segment_2: 1, liver_segment_3: 2, liver_segment_4: 3 }).annotation
            .layers,
        ],
      },
      undefined,
      { rules: 'radgpt' },
    );
    expect(answerMeasure(set, 'liver_lesion', 'largest_lesion_location')).toMatchObject({
      value: 'liver_segment_2/liver_segment_3',
    });
  });
});

describe('the 1 mm grid', () => {
  it('keeps the volume of a ball drawn on thick slices, and maps its slice back', () => {
    const thick = gridOf([51, 51, 21], [-0.8, 0, 0, 20, 0, -0.8, 0, 20, 0, 0, 3, -30, 0, 0, 0, 1]);
    const data = new Uint8Array(51 * 51 * 21);
    paintBall(data, thick, [0, 0, 0], 15, 1);
    const set = measureCase(caseOf(thick, data, { liver_lesion: 1 }).annotation, undefined, {
      rules: 'radgpt',
    });
    const [lesion] = regionOf(set, 'liver_lesion')?.instances ?? [];
    const volume = quantityOf(lesion, 'radgpt-volume')?.value as number;
    expect(Math.abs(volume / (((4 / 3) * Math.PI * 15 ** 3) / 1000) - 1)).toBeLessThan(0.03);
    expect(quantityOf(lesion, 'radgpt-slice')?.value).toBe(10);
  });
  it('interpolates intensities linearly between voxel centres', () => {
    // A ramp of 10 HU/mm along z is reproduced by linear interpolation, so its mean is that of the mask's middle.
    const thick = gridOf([21, 21, 11], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 4, 0, 0, 0, 0, 1]);
    const data = new Uint8Array(21 * 21 * 11);
    paintBox(data, thick, [5, 5, 3], [15, 15, 7], 1);
    const hu = Float32Array.from({ length: data.length }, (_, p) => 40 * Math.floor(p / 441));
    const set = measureCase(...measured(thick, data, hu), { rules: 'radgpt' });
    // Slices 3…7 cover z = 12…28 mm to half a voxel either side (10…30, the upper end open): middle 19.5 mm.
    expect(quantityOf(regionOf(set, 'spleen') ?? { measurements: [] }, 'radgpt-mean-hu')?.value).toBeCloseTo(
      195,
      6,
    );
  });
});

function measured(at: Grid, data: Uint8Array, hu: Float32Array) {
  const { annotation, volume } = caseOf(at, data, { spleen: 1 }, hu);
  return [annotation, volume] as const;
}

describe('the published vessel contact angle', () => {
  const angle = (half: number): number => {
    const data = blank();
    paintWhere(data, grid, 2, ([x, y, z]) => Math.hypot(x, y) <= 5 && Math.abs(z) < 15);
    paintWhere(data, grid, 1, ([x, y, z]) => {
      const r = Math.hypot(x, y);
      return r > 5 && r < 14 && Math.abs(z) < 12 && Math.abs(Math.atan2(y, x)) <= (half * Math.PI) / 180;
    });
    const set = both(data, { pancreas_pdac: 1, superior_mesenteric_artery: 2 }).radgpt;
    const [lesion] = regionOf(set, 'pancreas_pdac')?.instances ?? [];
    return quantityOf(lesion, 'radgpt-vessel-contact-angle', 'superior_mesenteric_artery')?.value as number;
  };
  it('is full for an encased vessel and grows with the lesion’s reach, widened by the growing', () => {
    expect(angle(180)).toBeCloseTo(360, 6);
    const [quarter, half] = [angle(45), angle(90)];
    // 4 mm of growing less 1 of shrinking, at 6 mm from the axis, add about half a radian at either end.
    expect(Math.abs(quarter - 90 - 57)).toBeLessThan(25);
    expect(Math.abs(half - 180 - 57)).toBeLessThan(25);
  });
});

// Whole cases in voxels: what every region and instance must come to, from hand-made masks.
import { describe, expect, it } from 'vitest';
import { gridOf } from '../domain/geometry.ts';
import { quantityOf, regionOf } from '../domain/measurement.ts';
import { answerMeasure, answerSegment } from './answer.ts';
import { measureCase } from './measure.ts';
import { caseOf, paintBall, paintBox } from './testing.ts';

const grid = gridOf([60, 50, 20], [1, 0, 0, -30, 0, 1, 0, -25, 0, 0, 2, 0, 0, 0, 0, 1]);

describe('a liver with a cut-out tumour', () => {
  const labels = { liver: 1, liver_tumor: 2 };
  const data = new Uint8Array(60 * 50 * 20);
  const hu = new Float32Array(data.length).fill(-1000);
  paintBox(data, grid, [10, 10, 2], [39, 39, 17], 1);
  for (let p = 0; p < data.length; p++)
    if (data[p] === 1) hu[p] = 60 + (Math.floor(p / 3000) % 2 === 0 ? 10 : -10);
  paintBox(data, grid, [20, 20, 5], [24, 22, 6], 2);
  for (let p = 0; p < data.length; p++) if (data[p] === 2) hu[p] = 30;
  const { annotation, volume } = caseOf(grid, data, labels, hu);
  const set = measureCase(annotation, volume, { rules: 'strict' });

  it('counts the tumour into the organ volume and says so', () => {
    const volume = quantityOf(regionOf(set, 'liver') ?? { measurements: [] }, 'volume');
    expect(volume?.value).toBeCloseTo((30 * 30 * 16 * 2) / 1000, 9);
    expect(volume?.flags).toEqual(['lesions-added']);
  });
  it('leaves the tumour out of the organ attenuation', () => {
    expect(answerMeasure(set, 'liver', 'mean_hu')).toMatchObject({ value: 60, unit: 'HU', std: 10 });
    expect(answerMeasure(set, 'liver_tumor', 'mean_hu')).toMatchObject({ value: 30 });
  });
  it('has the union region of all lesions, whose instance keeps its own kind', () => {
    const union = regionOf(set, 'liver_lesion');
    expect(union?.instances).toHaveLength(1);
    expect(union?.instances[0].structure).toBe('liver_tumor');
    expect(answerMeasure(set, 'liver', 'largest_lesion_type')).toMatchObject({ value: 'liver_tumor' });
  });
  it('measures a 5 × 3 × 2 box from centre to centre', () => {
    const [lesion] = regionOf(set, 'liver_tumor')?.instances ?? [];
    expect(quantityOf(lesion, 'longest-axial-diameter')?.value).toBeCloseTo(Math.hypot(4, 2), 9);
    expect(quantityOf(lesion, 'longest-3d-diameter')?.value).toBeCloseTo(Math.hypot(4, 2, 2), 9);
    expect(quantityOf(lesion, 'volume')?.value).toBeCloseTo(0.06, 9);
    // Across the diagonal of a 4 × 2 rectangle: span = 2·(4·2)/√20, chord through a corner.
    expect(quantityOf(lesion, 'perpendicular-feret')?.value).toBeCloseTo(16 / Math.sqrt(20), 9);
    expect(quantityOf(lesion, 'perpendicular-chord')?.value).toBeCloseTo(2 * Math.hypot(1, 0.5), 5);
  });
  it('calls a lesion far below the organ hypoattenuating', () => {
    expect(answerMeasure(set, 'liver', 'largest_lesion_attenuation')).toMatchObject({
      value: 'hypoattenuating',
    });
    expect(answerMeasure(set, 'liver_lesion', 'largest_lesion_hu_difference')).toMatchObject({ value: -30 });
  });
  it('answers a published lesion name that the annotation does not tell apart, with a note', () => {
    expect(answerSegment(set, 'liver')).toMatchObject({ mask_found: true, voxel_count: 30 * 30 * 16 });
    expect(answerMeasure(set, 'spleen', 'volume_cm3')).toMatchObject({
      error: expect.stringContaining('spleen'),
      available_targets: ['liver', 'liver_lesion', 'liver_tumor'],
    });
  });
});

describe('instances', () => {
  const labels = { liver_lesion: 1 };
  it('are 26-connected: two boxes that touch at one corner are one lesion', () => {
    const data = new Uint8Array(60 * 50 * 20);
    paintBox(data, grid, [5, 5, 5], [7, 7, 7], 1);
    paintBox(data, grid, [8, 8, 8], [10, 10, 10], 1);
    const { annotation } = caseOf(grid, data, labels);
    const set = measureCase(annotation, undefined, { rules: 'strict' });
    expect(answerMeasure(set, 'liver_lesion', 'lesion_count')).toMatchObject({ value: 1 });
  });
  it('stand apart with one empty voxel between them, and go largest first', () => {
    const data = new Uint8Array(60 * 50 * 20);
    paintBox(data, grid, [5, 5, 5], [7, 7, 7], 1);
    paintBox(data, grid, [9, 5, 5], [12, 7, 7], 1);
    const { annotation } = caseOf(grid, data, labels);
    const set = measureCase(annotation, undefined, { rules: 'strict' });
    expect(answerMeasure(set, 'liver_lesion', 'lesion_volumes_cm3')).toMatchObject({ value: [0.072, 0.054] });
  });
  it('are dropped under the threshold, kept at it, and the drop is noted', () => {
    const data = new Uint8Array(60 * 50 * 20);
    paintBox(data, grid, [5, 5, 5], [9, 5, 5], 1); // 5 voxels of 2 mm³: exactly 10 mm³
    paintBox(data, grid, [20, 20, 5], [23, 20, 5], 1); // 8 mm³
    const { annotation } = caseOf(grid, data, labels);
    const set = measureCase(annotation, undefined, { rules: 'strict' });
    expect(answerMeasure(set, 'liver_lesion', 'lesion_count')).toMatchObject({ value: 1 });
    expect(set.notes).toEqual(['liver_lesion: 1 component(s) under 10 mm³ left out']);
  });
  it('of an annotated but absent structure are none, and its volume is zero', () => {
    const { annotation } = caseOf(grid, new Uint8Array(60 * 50 * 20), labels);
    const set = measureCase(annotation, undefined, { rules: 'strict' });
    expect(regionOf(set, 'liver_lesion')?.voxels).toBe(0);
    expect(answerMeasure(set, 'liver_lesion', 'lesion_count')).toMatchObject({ value: 0 });
    expect(answerSegment(set, 'liver_lesion')).toMatchObject({ mask_found: false, instances: 0 });
    expect(regionOf(set, 'liver')).toBeUndefined();
  });
});

describe('kidneys without sides', () => {
  const wide = gridOf([160, 60, 30], [-1, 0, 0, 80, 0, -1, 0, 30, 0, 0, 2, 0, 0, 0, 0, 1]);
  const labels = { kidney: 1, kidney_tumor: 2, kidney_cyst: 3 };
  const data = new Uint8Array(160 * 60 * 30);
  paintBall(data, wide, [-40, 0, 30], 20, 1); // patient's left
  paintBall(data, wide, [45, 0, 30], 18, 1); // patient's right
  paintBall(data, wide, [-20, 0, 30], 6, 2);
  paintBall(data, wide, [70, 0, 30], 4, 3); // free of the right kidney
  const { annotation } = caseOf(wide, data, labels);
  const set = measureCase(annotation, undefined, { rules: 'strict' });

  it('are told apart by where they lie in the patient, with a note', () => {
    expect(set.notes).toContain('kidney-sides-derived');
    const left = regionOf(set, 'kidney_left');
    const right = regionOf(set, 'kidney_right');
    expect(left?.voxels ?? 0).toBeGreaterThan(right?.voxels ?? 0);
    expect((left?.voxels ?? 0) + (right?.voxels ?? 0)).toBe(regionOf(set, 'kidney')?.voxels);
  });
  it('take their lesions with them: overlap first, else the nearer kidney', () => {
    expect(answerMeasure(set, 'kidney', 'lesion_locations')).toMatchObject({
      value: ['kidney_left', 'kidney_right'],
    });
    expect(answerMeasure(set, 'kidney_right', 'lesion_types')).toMatchObject({ value: ['kidney_cyst'] });
  });
  it('have no side when there is only one', () => {
    const one = new Uint8Array(160 * 60 * 30);
    paintBall(one, wide, [-40, 0, 30], 20, 1);
    const single = measureCase(caseOf(wide, one, labels).annotation, undefined, { rules: 'strict' });
    expect(regionOf(single, 'kidney_left')).toBeUndefined();
  });
});

describe('bad input', () => {
  const data = new Uint8Array(60 * 50 * 20);
  paintBox(data, grid, [10, 10, 5], [19, 19, 9], 1);
  it('leaves NaN and infinite voxels out of the mean, and says so', () => {
    const hu = new Float32Array(data.length).fill(50);
    hu[(5 * 50 + 10) * 60 + 10] = Number.NaN;
    hu[(5 * 50 + 10) * 60 + 11] = Number.POSITIVE_INFINITY;
    const { annotation, volume } = caseOf(grid, data, { liver: 1 }, hu);
    const set = measureCase(annotation, volume, { rules: 'strict' });
    expect(answerMeasure(set, 'liver', 'mean_hu')).toMatchObject({
      value: 50,
      flags: ['non-finite-voxels-left-out'],
    });
  });
  it('refuses a scan on another grid, and says how far apart the two are', () => {
    const { annotation } = caseOf(grid, data, { liver: 1 });
    const shifted = gridOf(
      grid.shape,
      grid.affine.map((v, n) => (n === 3 ? v + 7 : v)),
    );
    const { volume } = caseOf(shifted, data, { liver: 1 }, new Float32Array(data.length));
    expect(() => measureCase(annotation, volume, { rules: 'strict' })).toThrow(/7\.0 mm/);
    const { volume: smaller } = caseOf(gridOf([60, 50, 19], grid.affine), data, {}, new Float32Array(57000));
    expect(() => measureCase(annotation, smaller, { rules: 'strict' })).toThrow(/60 × 50 × 20/);
  });
  it('gives empty regions for an empty mask under both rule sets', () => {
    const labels = { liver: 1, liver_tumor: 2, aorta: 3 };
    const empty = caseOf(grid, new Uint8Array(data.length), labels, new Float32Array(data.length));
    for (const rules of ['strict', 'radgpt'] as const) {
      const set = measureCase(empty.annotation, empty.volume, { rules });
      expect(set.regions.map(({ structure, voxels }) => [structure, voxels])).toEqual([
        ['liver', 0],
        ['aorta', 0],
        ['liver_lesion', 0],
        ['liver_tumor', 0],
      ]);
      expect(answerMeasure(set, 'liver', 'lesion_count')).toMatchObject({ value: 0 });
    }
  });
});

describe('kinds that overlap', () => {
  it('give each lesion to its most specific kind, once', () => {
    const tumours = new Uint8Array(60 * 50 * 20);
    const pdac = new Uint8Array(60 * 50 * 20);
    paintBox(tumours, grid, [5, 5, 5], [14, 14, 9], 1);
    paintBox(tumours, grid, [30, 30, 5], [33, 33, 9], 1);
    paintBox(pdac, grid, [5, 5, 5], [14, 14, 9], 1);
    const base = caseOf(grid, tumours, { pancreas_tumor: 1 }).annotation;
    const set = measureCase(
      { ...base, layers: [...base.layers, ...caseOf(grid, pdac, { pancreas_pdac: 1 }).annotation.layers] },
      undefined,
      { rules: 'strict' },
    );
    expect(answerMeasure(set, 'pancreas_lesion', 'lesion_types')).toMatchObject({
      value: ['pancreas_pdac', 'pancreas_tumor'],
    });
    expect(answerMeasure(set, 'pancreas_tumor', 'lesion_count')).toMatchObject({ value: 2 });
  });
});

describe('an organ in two pieces', () => {
  const data = new Uint8Array(60 * 50 * 20);
  // The left one is larger by volume, the right one longer in its slices: 24 mm across, 14 mm.
  paintBox(data, grid, [2, 20, 2], [16, 34, 17], 1);
  paintBox(data, grid, [35, 20, 2], [59, 27, 5], 2);
  const { annotation } = caseOf(grid, data, { kidney_left: 1, kidney_right: 2 });
  const set = measureCase(annotation, undefined, { rules: 'strict' });
  const diameter = (structure: string) =>
    quantityOf(regionOf(set, structure) ?? { measurements: [] }, 'longest-axial-diameter')?.value;

  it('is as long as its longer piece, never shorter than a part of it, and not as the gap between them', () => {
    expect(diameter('kidney_right')).toBeCloseTo(Math.hypot(24, 7), 9);
    expect(diameter('kidney_left')).toBeCloseTo(Math.hypot(14, 14), 9);
    expect(diameter('kidney')).toBeCloseTo(Math.hypot(24, 7), 9);
  });
});

// What the tools answer: every type on one case, aliases, parts, and reasons when there is no value.
import { describe, expect, it } from 'vitest';
import { gridOf } from '../domain/geometry.ts';
import { answerMeasure, answerSegment, type MeasurementType, TOOL_MEASUREMENTS } from './answer.ts';
import { measureCase } from './measure.ts';
import { caseOf, paintBox } from './testing.ts';

const grid = gridOf([60, 60, 20], [1, 0, 0, -30, 0, 1, 0, -30, 0, 0, 2, 0, 0, 0, 0, 1]);
const labels = {
  pancreas_head: 1,
  pancreas_body: 2,
  pancreas_tail: 3,
  pancreas_pdac: 4,
  pancreas_cyst: 5,
  superior_mesenteric_artery: 6,
  duodenum: 7,
};
const data = new Uint8Array(60 * 60 * 20);
paintBox(data, grid, [5, 20, 5], [19, 34, 14], 1);
paintBox(data, grid, [20, 20, 5], [34, 34, 14], 2);
paintBox(data, grid, [35, 20, 5], [49, 34, 14], 3);
paintBox(data, grid, [8, 22, 7], [13, 27, 11], 4); // 6 × 6 × 5 in the head
paintBox(data, grid, [40, 25, 9], [43, 28, 10], 5); // 4 × 4 × 2 in the tail
paintBox(data, grid, [10, 28, 2], [11, 29, 18], 6); // beside the PDAC
paintBox(data, grid, [2, 20, 5], [4, 34, 14], 7);
const hu = new Int16Array(data.length);
for (let p = 0; p < hu.length; p++)
  hu[p] = data[p] === 4 ? 55 : data[p] === 5 ? 8 : Math.floor(p / 3600) % 2 === 0 ? 90 : 110;
const { annotation, volume } = caseOf(grid, data, labels, hu);
const set = measureCase(annotation, volume, { rules: 'strict' });
const value = (target: string, type: MeasurementType) => {
  const answer = answerMeasure(set, target, type);
  return 'value' in answer ? answer.value : answer.error;
};

describe('measure', () => {
  it('answers every type about a pancreas with a PDAC and a cyst', () => {
    // The artery runs through 2 × 2 voxels of ten slices of it.
    expect(value('pancreas', 'volume_cm3')).toBeCloseTo(((45 * 15 - 4) * 10 * 2) / 1000, 9);
    expect(value('pancreas', 'lesion_count')).toBe(2);
    expect(value('pancreas_lesion', 'lesion_volumes_cm3')).toEqual([0.36, 0.064]);
    expect(value('pancreas_lesion', 'total_lesion_volume_cm3')).toBeCloseTo(0.424, 9);
    expect(value('pancreas_lesion', 'lesion_types')).toEqual(['pancreas_pdac', 'pancreas_cyst']);
    expect(value('pancreas_lesion', 'lesion_locations')).toEqual(['pancreas_head', 'pancreas_tail']);
    expect(value('pancreas_lesion', 'lesion_mean_hu')).toEqual([55, 8]);
    expect(value('pancreas_lesion', 'largest_lesion_type')).toBe('pancreas_pdac');
    expect(value('pancreas_lesion', 'largest_lesion_location')).toBe('pancreas_head');
    expect(value('pancreas_lesion', 'largest_lesion_volume_cm3')).toBeCloseTo(0.36, 9);
    expect(value('pancreas_lesion', 'largest_lesion_diameter_cm')).toBeCloseTo(Math.hypot(5, 5) / 10, 9);
    expect(value('pancreas_lesion', 'lesion_diameters_mm')).toEqual(
      [Math.hypot(5, 5), Math.hypot(3, 3)].map((d) => expect.closeTo(d, 9)),
    );
    expect(value('pancreas_lesion', 'max_diameter_mm')).toBeCloseTo(Math.hypot(5, 5), 9);
    expect(value('pancreas_lesion', 'largest_lesion_mean_hu')).toBe(55);
    expect(value('pancreas_lesion', 'largest_lesion_attenuation')).toBe('hypoattenuating');
    // The same diagonal is in slices 7 to 11: the lowest counts.
    expect(value('pancreas_lesion', 'largest_lesion_slice')).toBeCloseTo((100 * 7.5) / 20, 9);
    expect(value('pancreas_lesion', 'largest_lesion_adjacent')).toEqual(['superior_mesenteric_artery']);
    const contact = value('pancreas', 'vessel_contact_deg') as unknown as Record<string, number>;
    // A square vessel with one side of four on the lesion: a quarter of the way round.
    expect(contact.superior_mesenteric_artery).toBeCloseTo(90, 6);
    const gaps = value('pancreas', 'surface_distance_mm') as unknown as Record<string, number>;
    expect(gaps).toEqual({ superior_mesenteric_artery: 0, duodenum: 3 });
  });
  it('keeps to the lesions of a part when asked about the part', () => {
    expect(value('pancreas_tail', 'lesion_types')).toEqual(['pancreas_cyst']);
    expect(value('pancreas_body', 'lesion_count')).toBe(0);
  });
  it('takes the published name for any lesion where tumours are not told apart, and says so', () => {
    expect(answerMeasure(set, 'pancreas_tumor', 'lesion_count')).toMatchObject({
      value: 2,
      note: expect.stringContaining('pancreas_lesion'),
    });
  });
  it('says why there is no value', () => {
    expect(answerMeasure(set, 'liver', 'volume_cm3')).toMatchObject({
      error: expect.stringContaining('not annotated'),
    });
    expect(answerMeasure(set, 'duodenum', 'lesion_count')).toMatchObject({
      error: expect.stringContaining('lesions'),
    });
    expect(answerMeasure(set, 'pancreas_body', 'largest_lesion_volume_cm3')).toMatchObject({
      error: expect.stringContaining('no counted lesion'),
    });
    const masks = measureCase(annotation, undefined, { rules: 'strict' });
    expect(answerMeasure(masks, 'pancreas', 'mean_hu')).toMatchObject({
      error: expect.stringContaining('no image'),
    });
    expect(answerMeasure(set, 'pancreas', 'weight' as MeasurementType)).toMatchObject({
      available_measurements: TOOL_MEASUREMENTS,
    });
  });
  it('answers plain JSON for every type and region, under both rule sets', () => {
    for (const rules of ['strict', 'radgpt'] as const) {
      const measured = measureCase(annotation, volume, { rules });
      for (const { structure } of measured.regions)
        for (const type of TOOL_MEASUREMENTS) {
          const answer = answerMeasure(measured, structure, type);
          expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
        }
    }
  });
});

describe('segment', () => {
  it('gives voxels, bounds and counted lesions', () => {
    expect(answerSegment(set, 'pancreas_pdac')).toEqual({
      mask_found: true,
      target: 'pancreas_pdac',
      voxel_count: 180,
      bounding_box: { min: [8, 22, 7], max: [13, 27, 11] },
      instances: 1,
    });
  });
  it('names what there is when a structure is not', () => {
    const missing = answerSegment(set, 'liver');
    expect(missing).toMatchObject({ mask_found: false });
    expect(missing.mask_found ? [] : missing.available_targets).toContain('duodenum');
  });
});

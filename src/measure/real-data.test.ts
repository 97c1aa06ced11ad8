// Real masks and scans against facts that were computed with other tools.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { quantityOf, regionOf } from '../domain/measurement.ts';
import { openAnnotation, openVolume } from '../imaging/open.ts';
import { measureCase } from './measure.ts';
import { caseOf } from './testing.ts';

const shared = new URL('../../../shared/data/', import.meta.url);
const at = (path: string) => fileURLToPath(new URL(path, shared));
const here = existsSync(at('facts.json'));

interface Component {
  readonly voxels: number;
  readonly ml: number;
  readonly max_in_slice_diameter_mm: number;
  readonly slice_of_max: number;
  readonly max_3d_diameter_mm: number;
}

interface Fact {
  readonly ml_nonzero: Record<string, number>;
  readonly components26_label1?: Component[];
  readonly components26_label2?: Component[];
  readonly intensity_in_mask?: { mean: number; std: number };
}

const facts = here
  ? (JSON.parse(readFileSync(at('facts.json'), 'utf8')) as Record<string, Fact> & Record<string, unknown>)
  : {};

describe.skipIf(!here)('KiTS masks', () => {
  // One giant tumour, two tumours, a stray single voxel, the smallest; the whole set is in bench/measure.
  for (const id of ['00030', '00041', '00206', '00023'])
    it(`case ${id}: instances as scipy found them, and both kidneys with their sides`, async () => {
      const file = `kits-masks/kits19_case_${id}_segmentation.nii.gz`;
      const raw = await openAnnotation(at(file));
      const { annotation } = caseOf(raw.grid, raw.layers[0].data, { kidney: 1, kidney_tumor: 2 });
      const set = measureCase(annotation, undefined, { rules: 'strict' });
      const fact = facts[file] as Fact;
      const { instances } = regionOf(set, 'kidney_tumor') ?? { instances: [] };
      const expected = (fact.components26_label2 ?? []).filter(({ ml }) => ml * 1000 >= 10);
      expect(instances).toHaveLength(expected.length);
      for (const [n, one] of expected.entries()) {
        const value = (quantity: string) => quantityOf(instances[n], quantity)?.value as number;
        expect(instances[n].voxels).toBe(one.voxels);
        // The facts are rounded to 0.01 mm and 0.001 ml.
        expect(Math.abs(value('longest-axial-diameter') - one.max_in_slice_diameter_mm)).toBeLessThan(0.011);
        expect(Math.abs(value('longest-3d-diameter') - one.max_3d_diameter_mm)).toBeLessThan(0.011);
        expect(Math.abs(value('volume') - one.ml)).toBeLessThan(0.001);
        expect(value('slice')).toBe(one.slice_of_max);
      }
      const kidney = regionOf(set, 'kidney');
      const sides = ['kidney_left', 'kidney_right'].map((side) => regionOf(set, side)?.voxels ?? 0);
      expect(sides[0] + sides[1]).toBe(kidney?.voxels);
      const volume = quantityOf(kidney ?? { measurements: [] }, 'volume')?.value as number;
      expect(volume).toBeCloseTo(fact.ml_nonzero['1'] + fact.ml_nonzero['2'], 2);
    });
});

describe.skipIf(!here)('abdominal CT with TotalSegmentator labels', () => {
  it('has the volume and mean HU of each organ', async () => {
    const volume = await openVolume(at('ct-abdomen-totalseg/example_ct_sm.nii.gz'));
    const raw = await openAnnotation(at('ct-abdomen-totalseg/example_seg.nii.gz'));
    const stats = facts['organ_stats: example_ct_sm x example_seg'] as unknown as Record<
      string,
      { id: number; voxels: number; ml: number; mean: number; std: number }
    >;
    const labels = Object.fromEntries(Object.entries(stats).map(([organ, { id }]) => [organ, id]));
    const { annotation } = caseOf(raw.grid, raw.layers[0].data, labels, volume.data);
    const set = measureCase(annotation, volume, { rules: 'strict' });
    expect(Object.keys(stats).length).toBeGreaterThan(35);
    for (const [organ, { ml, mean, std }] of Object.entries(stats)) {
      const region = regionOf(set, organ) ?? { measurements: [] };
      expect(quantityOf(region, 'volume')?.value).toBeCloseTo(ml, 3);
      expect(quantityOf(region, 'mean-hu')?.value).toBeCloseTo(mean, 2);
      expect(quantityOf(region, 'std-hu')?.value).toBeCloseTo(std, 2);
    }
  });
  it('agrees with the published statistics file of the fast model within 0.5 %', async () => {
    const volume = await openVolume(at('ct-abdomen-totalseg/example_ct_sm.nii.gz'));
    const raw = await openAnnotation(at('ct-abdomen-totalseg/example_seg_fast.nii.gz'));
    const names = JSON.parse(readFileSync(at('ct-abdomen-totalseg/labels_total.json'), 'utf8')) as Record<
      string,
      string
    >;
    const published = JSON.parse(
      readFileSync(at('ct-abdomen-totalseg/example_seg_fast_statistics.json'), 'utf8'),
    ) as Record<string, { volume: number; intensity: number }>;
    const labels = Object.fromEntries(Object.entries(names).map(([id, organ]) => [organ, Number(id)]));
    const { annotation } = caseOf(raw.grid, raw.layers[0].data, labels, volume.data);
    const set = measureCase(annotation, volume, { rules: 'strict' });
    let compared = 0;
    for (const [organ, { volume: mm3, intensity }] of Object.entries(published)) {
      if (mm3 === 0) continue;
      const region = regionOf(set, organ) ?? { measurements: [] };
      const ours = quantityOf(region, 'volume')?.value as number;
      const hu = quantityOf(region, 'mean-hu')?.value as number;
      expect(Math.abs(ours * 1000 - mm3)).toBeLessThanOrEqual(0.005 * mm3);
      // Their intensities are rounded to five digits.
      expect(Math.abs(hu - intensity)).toBeLessThanOrEqual(0.005 * Math.abs(intensity) + 0.01);
      compared++;
    }
    expect(compared).toBeGreaterThan(30);
  });
});

describe.skipIf(!here)('soft-tissue sarcomas', () => {
  for (const modality of ['CT', 'PET', 'MR_T1'])
    for (const patient of ['STS_002', 'STS_025'])
      it(`${patient} ${modality}: mask, diameters and intensities`, async () => {
        const folder = `sts-ct-pet-mr/${patient}/${modality}`;
        const volume = await openVolume(at(`${folder}_image.nii.gz`));
        const raw = await openAnnotation(at(`${folder}_mask.nii.gz`));
        const { annotation } = caseOf(raw.grid, raw.layers[0].data, { tumor: 1 });
        const set = measureCase(annotation, volume, { rules: 'strict' });
        const fact = facts[`${folder}_mask.nii.gz`] as Fact;
        const region = regionOf(set, 'tumor') ?? { measurements: [], instances: [] };
        expect(quantityOf(region, 'volume')?.value).toBeCloseTo(fact.ml_nonzero['1'], 2);
        expect(quantityOf(region, 'mean-hu')?.value).toBeCloseTo(
          fact.intensity_in_mask?.mean ?? Number.NaN,
          3,
        );
        expect(quantityOf(region, 'std-hu')?.value).toBeCloseTo(fact.intensity_in_mask?.std ?? Number.NaN, 3);
        const [first] = fact.components26_label1 ?? [];
        const [instance] = region.instances;
        const axial = quantityOf(instance, 'longest-axial-diameter')?.value as number;
        expect(Math.abs(axial - first.max_in_slice_diameter_mm)).toBeLessThan(0.011);
        const space = quantityOf(instance, 'longest-3d-diameter')?.value as number;
        expect(Math.abs(space - first.max_3d_diameter_mm)).toBeLessThan(0.011);
      });
});

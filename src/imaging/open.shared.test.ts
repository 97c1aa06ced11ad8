// Every NIfTI and NRRD file of the shared data has the geometry and voxels that independent tools measured.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Volume } from '../domain/volume.ts';
import { toRas } from './canonical.ts';
import { openAnnotation, openVolume, probe } from './open.ts';
import { sliceOf } from './slices.ts';
import { countLabels } from './voxels.ts';

const shared = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

interface Fact {
  readonly shape: number[];
  readonly axes: string;
  readonly affine: number[][];
  readonly dtype: string;
  readonly labels?: Record<string, number>;
  readonly min: number;
  readonly max: number;
  readonly mean?: number;
}

const facts: Record<string, Fact> = existsSync(shared)
  ? JSON.parse(readFileSync(`${shared}facts.json`, 'utf8'))
  : {};
const niftis = Object.entries(facts).filter(([name, fact]) => /\.nii(\.gz)?$/.test(name) && fact.shape);

function statistics(volume: Volume): { min: number; max: number; mean: number } {
  let [min, max, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of volume.data) {
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max, mean: sum / volume.data.length };
}

describe.skipIf(!existsSync(shared))('NIfTI files as nibabel reads them', () => {
  it('are all there', () => expect(niftis.length).toBeGreaterThan(60));

  it.each(niftis)('%s', async (name, fact) => {
    const said = await probe(shared + name);
    expect(said.shape).toEqual(fact.shape);
    expect(said.axes).toBe(fact.axes);
    expect(said.dataType).toBe(fact.dtype);
    const affine = said.affine ?? [];
    // facts.json rounds to five decimals.
    fact.affine.flat().forEach((value, index) => {
      expect(Math.abs(affine[index] - value)).toBeLessThanOrEqual(1.1e-5);
    });
    if (fact.labels !== undefined) {
      const { layers } = await openAnnotation(shared + name);
      const counts = countLabels(layers[0].data);
      const expected = Object.entries(fact.labels).filter(([label]) => label !== '0');
      expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(expected));
      const values = layers[0].labels.map(({ value }) => String(value));
      for (const [label] of expected) expect(values).toContain(label);
      // A table in the file may name labels that no voxel has.
      if (layers[0].labels.every((label) => label.name === undefined))
        expect(values).toHaveLength(expected.length);
    } else {
      const { min, max, mean } = statistics(await openVolume(shared + name));
      expect(min).toBeCloseTo(fact.min, 3);
      expect(max).toBeCloseTo(fact.max, 3);
      expect(mean).toBeCloseTo(fact.mean ?? Number.NaN, 3);
    }
  });

  it('TotalSegmentator’s own names come with its label maps', async () => {
    const folder = `${shared}ct-abdomen-totalseg/`;
    const names = JSON.parse(readFileSync(`${folder}labels_total.json`, 'utf8')) as Record<string, string>;
    const { layers } = await openAnnotation(`${folder}example_seg.nii.gz`);
    for (const { value, name } of layers[0].labels) expect(name).toBe(names[value]);
    expect(layers[0].labels.find(({ name }) => name === 'liver')?.value).toBe(5);
    const subset = await openAnnotation(`${folder}example_seg_roi_subset.nii.gz`);
    // A run for liver and brain on an abdominal CT: the brain was looked for and is not there.
    expect(subset.layers[0].labels).toEqual([
      { value: 5, name: 'liver' },
      { value: 90, name: 'brain' },
    ]);
    expect(countLabels(subset.layers[0].data).get(90)).toBeUndefined();
  });

  it('takes a CT for Hounsfield units and an MR for arbitrary ones', async () => {
    expect((await openVolume(`${shared}ct-abdomen-totalseg/example_ct_sm.nii.gz`)).units).toBe('HU');
    expect((await openVolume(`${shared}ct-abdomen-totalseg/example_mr_sm.nii.gz`)).units).toBe('arbitrary');
  });
});

interface NrrdFact {
  readonly sizes: number[];
  readonly min: number;
  readonly max: number;
  readonly labels?: Record<string, number>;
}

const nrrds = Object.entries(facts as unknown as Record<string, NrrdFact>).filter(([name]) =>
  name.endsWith('.nrrd'),
);

describe.skipIf(!existsSync(shared))('NRRD files', () => {
  it.each(nrrds)('%s', async (name, fact) => {
    const volume = await openVolume(shared + name);
    expect(volume.grid.shape).toEqual(fact.sizes);
    const { min, max } = statistics(volume);
    expect([min, max]).toEqual([fact.min, fact.max]);
    if (fact.labels === undefined) return;
    const { layers } = await openAnnotation(shared + name);
    const expected = Object.entries(fact.labels).filter(([label]) => label !== '0');
    expect(Object.fromEntries(countLabels(layers[0].data))).toEqual(Object.fromEntries(expected));
  });
});

describe.skipIf(!existsSync(shared))(
  'the orientation phantom of IBSI 2, whose voxel (i, j, k) holds i + j + k',
  () => {
    const path = `${shared}ibsi/digital_phantom_2/orientation/image/orientation.nii.gz`;

    it('keeps every value where it lies when it is turned from LPS to RAS', async () => {
      const volume = await openVolume(path);
      const { grid, data } = toRas(volume.grid, volume.data);
      const [ni, nj, nk] = grid.shape;
      expect([ni, nj, nk]).toEqual([32, 48, 64]);
      for (let k = 0; k < nk; k += 7)
        for (let j = 0; j < nj; j += 5)
          for (let i = 0; i < ni; i++) expect(data[i + ni * (j + nj * k)]).toBe(31 - i + (47 - j) + k);
    });

    it('starts each display plane at the corner that a radiologist expects', async () => {
      const volume = await openVolume(path);
      // LPS: i = 0 is the patient's right, j = 0 the front, k = 63 the head.
      expect(sliceOf(volume, 'axial', 10).data[0]).toBe(10);
      expect(sliceOf(volume, 'coronal', 10).data[0]).toBe(10 + 63);
      expect(sliceOf(volume, 'sagittal', 10).data[0]).toBe(10 + 63);
      const { data, width } = sliceOf(volume, 'axial', 0);
      expect([data[1], data[width]]).toEqual([1, 1]);
    });
  },
);

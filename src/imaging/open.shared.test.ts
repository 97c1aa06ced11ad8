// Every NIfTI and NRRD file of the shared data has the geometry and voxels that independent tools measured.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Volume } from '../domain/volume.ts';
import { openAnnotation, openVolume, probe } from './open.ts';
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
      expect(layers[0].labels.map(({ value }) => String(value))).toEqual(expected.map(([label]) => label));
    } else {
      const { min, max, mean } = statistics(await openVolume(shared + name));
      expect(min).toBeCloseTo(fact.min, 3);
      expect(max).toBeCloseTo(fact.max, 3);
      expect(mean).toBeCloseTo(fact.mean ?? Number.NaN, 3);
    }
  });

  it('takes a CT for Hounsfield units and an MR for arbitrary ones', async () => {
    expect((await openVolume(`${shared}ct-abdomen-totalseg/example_ct_sm.nii.gz`)).units).toBe('HU');
    expect((await openVolume(`${shared}ct-abdomen-totalseg/example_mr_sm.nii.gz`)).units).toBe('arbitrary');
  });
});

import { describe, expect, it } from 'vitest';
import { hardCases } from './hard-cases.ts';
import type { Phantom } from './phantom.ts';

const cases = hardCases();
const named = (id: string): Phantom => {
  const found = cases.find((phantom) => phantom.id === id);
  if (found === undefined) throw new Error(`no hard case ${id}`);
  return found;
};

/** Voxels of a structure in the rendered annotation, and the sum of their attenuation. */
function count(phantom: Phantom, structure: string) {
  const { volume, annotation } = phantom.render();
  const lesions = new Set<number>();
  for (const layer of annotation.layers)
    for (const { value, structure: id } of layer.labels)
      if (/_(lesion|tumor|cyst|pdac)$/.test(id))
        for (let i = 0; i < layer.data.length; i++) if (layer.data[i] === value) lesions.add(i);
  let voxels = 0;
  let tissue = 0;
  let hu = 0;
  for (const layer of annotation.layers)
    for (const { value, structure: id } of layer.labels)
      if (id === structure)
        for (let i = 0; i < layer.data.length; i++)
          if (layer.data[i] === value) {
            voxels++;
            if (lesions.has(i) && !/_(lesion|tumor|cyst|pdac)$/.test(structure)) continue;
            tissue++;
            hu += volume.data[i];
          }
  return { voxels, meanHu: tissue === 0 ? null : hu / tissue };
}

describe.each(cases.map((phantom) => [phantom.id, phantom] as const))('%s', (_, phantom) => {
  it('every structure has exactly the voxels and the attenuation of its truth', () => {
    const [x, y, z] = phantom.description.grid.spacing;
    for (const [id, truth] of Object.entries(phantom.truth.structures)) {
      if (id === 'kidney') continue;
      const { voxels, meanHu } = count(phantom, id);
      expect((voxels * x * y * z) / 1000, id).toBeCloseTo(truth.volumeCm3, 9);
      if (meanHu === null) expect(truth.meanHu, id).toBeNull();
      else expect(meanHu, id).toBeCloseTo(truth.meanHu ?? Number.NaN, 9);
    }
  });
});

describe('what the hard cases are about', () => {
  it('a spleen of exactly 314.5, of 500 and of 800 cm³', () => {
    expect(named('hard-spleen-314.5').truth.structures.spleen.volumeCm3).toBe(314.5);
    expect(named('hard-spleen-one-voxel-more').truth.structures.spleen.volumeCm3).toBe(314.625);
    expect(named('hard-spleen-500').truth.structures.spleen.volumeCm3).toBe(500);
    expect(named('hard-spleen-800').truth.structures.spleen.volumeCm3).toBe(800);
    expect(named('hard-liver-1800').truth.structures.liver.volumeCm3).toBe(1800);
  });
  it('a liver cut off by the field of view touches its face, a spleen one voxel inside does not', () => {
    const { liver, spleen } = named('hard-organ-on-face').truth.structures;
    expect([liver.touchesFace, spleen.touchesFace]).toEqual([true, false]);
  });
  it('the largest of three lesions is exactly three times the second, or one voxel less', () => {
    const ratio = (id: string) => {
      const [first, second] = named(id).truth.lesions;
      return first.volumeCm3 / second.volumeCm3;
    };
    expect(ratio('hard-outlier-at-three')).toBe(3);
    expect(ratio('hard-outlier-below-three')).toBeCloseTo(23 / 8, 12);
    expect(named('hard-two-lesions-no-outlier').truth.lesions).toHaveLength(2);
  });
  it('kidneys tie, in volume and in burden', () => {
    const { kidney_left: left, kidney_right: right } = named('hard-tied-kidneys').truth.structures;
    expect(left.volumeCm3).toBe(right.volumeCm3);
    const [a, b] = named('hard-equal-burden').truth.lesions;
    expect([a.volumeCm3, a.organ === b.organ]).toEqual([b.volumeCm3, false]);
  });
  it('a speck is 8 mm³', () => {
    expect(named('hard-speck').truth.lesions[1].volumeCm3 * 1000).toBeCloseTo(8, 12);
  });
  it('attenuation ratios are exactly 1.0, 0.8 and 0.7', () => {
    const one = named('hard-ratio-one').truth.structures;
    const tenths = named('hard-ratio-seven-tenths').truth.structures;
    const hu = (truth: { meanHu: number | null }) => truth.meanHu ?? Number.NaN;
    expect(hu(one.liver) / hu(one.spleen)).toBe(1);
    expect(hu(tenths.liver) / hu(tenths.spleen)).toBe(0.8);
    expect(hu(tenths.pancreas) / hu(tenths.spleen)).toBe(0.7);
  });
  it('tumors measure exactly 20 and 40 mm between voxel centres, by 3-4-5 triangles', () => {
    expect(named('hard-tumor-20-mm').truth.lesions[0].longestAxialDiameterMm).toBe(20);
    expect(named('hard-tumor-40-mm').truth.lesions[0].longestAxialDiameterMm).toBe(40);
  });
  it('a cyst of 14.5 HU and 3 cm³', () => {
    const [cyst] = named('hard-pseudocyst-14.5').truth.lesions;
    expect([cyst.meanHu, cyst.volumeCm3]).toEqual([14.5, 3]);
  });
  it.each([90, 180, 270, 360])('a square vessel is embraced by %d°', (degrees) => {
    const [tumor] = named(`hard-contact-${degrees}`).truth.lesions;
    expect(tumor.vesselDegrees.superior_mesenteric_artery).toBe(degrees);
    expect(tumor.adjacent).toEqual(['superior_mesenteric_artery']);
  });
  it('a lesion touches the stomach, and one voxel off it does not', () => {
    expect(named('hard-touching-organ').truth.lesions[0].adjacent).toEqual(['stomach']);
    expect(named('hard-one-voxel-off').truth.lesions[0].adjacent).toEqual([]);
  });
  it('two of four lesions lie in one segment', () => {
    const segments = named('hard-clustering-half').truth.lesions.map((l) => l.location[0].structure);
    expect(segments.filter((segment) => segment === 'liver_segment_5')).toHaveLength(2);
    expect(new Set(segments).size).toBe(3);
  });
  it('what was looked for and is absent has no volume and no attenuation', () => {
    expect(named('hard-nothing-there').truth.structures.liver_tumor).toMatchObject({
      volumeCm3: 0,
      meanHu: null,
    });
    expect(named('hard-one-kidney').truth.structures.kidney_left.volumeCm3).toBe(0);
  });
});

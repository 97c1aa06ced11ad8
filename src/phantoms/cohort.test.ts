import { describe, expect, it } from 'vitest';
import { contentHash } from '../domain/content-hash.ts';
import { axisCodes, type Vec3, voxelToWorld, voxelVolume } from '../domain/geometry.ts';
import { phantomGrid } from './anatomy.ts';
import { phantomCohort } from './cohort.ts';
import type { PhantomDescription } from './description.ts';
import { frameOf, renderPhantom } from './render.ts';

const cohort = phantomCohort({ seed: 7 });
const rendered = cohort.map((phantom) => ({ phantom, ...phantom.render() }));

/** Voxels of each structure in an annotation. */
function voxelsOf(annotation: (typeof rendered)[number]['annotation']): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { data, labels } of annotation.layers) {
    const byValue = new Array<number>(256).fill(0);
    for (let i = 0; i < data.length; i++) byValue[data[i]]++;
    for (const { value, structure } of labels)
      counts.set(structure, (counts.get(structure) ?? 0) + byValue[value]);
  }
  return counts;
}

/** Per structure of the layer with organs and vessels: mean HU outside lesions, and the number of voxels. */
function tissue({ volume, annotation }: (typeof rendered)[number]) {
  const [whole] = annotation.layers;
  const lesions = annotation.layers.filter((layer) => layer.labels.some((l) => /_lesion$/.test(l.structure)));
  const sums = new Map<number, { n: number; hu: number }>();
  for (let i = 0; i < whole.data.length; i++) {
    if (whole.data[i] === 0 || lesions.some((layer) => layer.data[i] > 0)) continue;
    const entry = sums.get(whole.data[i]) ?? { n: 0, hu: 0 };
    entry.n++;
    entry.hu += volume.data[i];
    sums.set(whole.data[i], entry);
  }
  return new Map(
    whole.labels.map(({ value, structure }) => {
      const { n, hu } = sums.get(value) ?? { n: 0, hu: 0 };
      return [structure, { n, mean: hu / n }] as const;
    }),
  );
}

describe('rendering', () => {
  it('volumes of structures over 20 voxels across are within 2 % of the truth', () => {
    const fine = phantomCohort({ seed: 7, cases: 4, shape: [160, 160, 140], noiseHu: 0 })[3];
    const { annotation } = fine.render();
    const counts = voxelsOf(annotation);
    const mm3 = voxelVolume(annotation.grid);
    const large = Object.entries(fine.truth.structures).filter(([, { voxelsAcross }]) => voxelsAcross > 20);
    expect(large.map(([id]) => id)).toEqual(
      expect.arrayContaining(['liver', 'spleen', 'kidney_left', 'kidney_right']),
    );
    for (const [id, { volumeCm3 }] of large)
      if (id !== 'kidney') expect(((counts.get(id) ?? 0) * mm3) / 1000 / volumeCm3, id).toBeCloseTo(1, 1.7);
  });
  it.each(
    rendered.map((one) => [one.phantom.id, one] as const),
  )('%s: liver, spleen and kidneys within 2 % in volume, organs within 3σ/√n in attenuation', (_, one) => {
    const { annotation, phantom } = one;
    const counts = voxelsOf(annotation);
    const mm3 = voxelVolume(annotation.grid);
    const means = tissue(one);
    for (const id of ['liver', 'spleen', 'pancreas', 'kidney_left', 'kidney_right']) {
      const truth = phantom.truth.structures[id];
      const cm3 = ((counts.get(id) ?? 0) * mm3) / 1000;
      expect(Math.abs(cm3 / truth.volumeCm3 - 1), id).toBeLessThan(0.02);
      const { n, mean } = means.get(id) ?? { n: 0, mean: 0 };
      expect(Math.abs(mean - (truth.meanHu ?? Number.NaN)), id).toBeLessThan((3 * 10) / Math.sqrt(n));
    }
  });
  it('lesions lie in their organ, displaced only by vessels, and organs do not overlap', () => {
    for (const { phantom, annotation } of rendered) {
      const [whole] = annotation.layers;
      const label = new Map(whole.labels.map(({ value, structure }) => [value, structure]));
      const union = annotation.layers[annotation.layers.length - 1];
      for (let i = 0; i < union.data.length; i++) {
        if (union.data[i] === 0) continue;
        const family = union.labels.find((l) => l.value === union.data[i])?.structure.replace('_lesion', '');
        expect(label.get(whole.data[i])?.startsWith(family ?? '?')).toBe(true);
      }
      // Each organ drawn by itself has the voxels it has in the whole, but for vessels through it.
      const { description } = phantom;
      const bare: PhantomDescription = { ...description, lesions: [], vessels: [], noiseHu: 0 };
      const together = voxelsOf(renderPhantom(bare, '').annotation);
      for (const organ of description.organs) {
        const alone = voxelsOf(renderPhantom({ ...bare, organs: [organ] }, '').annotation);
        expect(together.get(organ.id), organ.id).toBe(alone.get(organ.id));
      }
    }
  });
  it('parts of an organ fill it', () => {
    for (const { phantom, annotation } of rendered) {
      const counts = voxelsOf(annotation);
      const parts = (prefix: string) =>
        [...counts].filter(([id]) => id.startsWith(prefix)).reduce((sum, [, n]) => sum + n, 0);
      expect(parts('liver_segment_')).toBe(counts.get('liver'));
      expect(['head', 'body', 'tail'].reduce((n, p) => n + (counts.get(`pancreas_${p}`) ?? 0), 0)).toBe(
        counts.get('pancreas'),
      );
      const { structures } = phantom.truth;
      const segments = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => structures[`liver_segment_${n}`].volumeCm3);
      expect(segments.reduce((a, b) => a + b) / structures.liver.volumeCm3).toBeCloseTo(1, 4);
    }
  });
  it('the stored axis order does not change what is there', () => {
    const orders = ['RAS', 'LPS', 'IPL', 'ASR'].map((axes) => {
      const [phantom] = phantomCohort({ seed: 7, cases: 1, axes, noiseHu: 0 });
      const { volume, annotation } = phantom.render();
      expect(axisCodes(volume.grid.affine)).toBe(axes);
      const liver = annotation.layers[0].labels.find((l) => l.structure === 'liver')?.value;
      const [ni, nj] = volume.grid.shape;
      const centroid = [0, 0, 0];
      let n = 0;
      annotation.layers[0].data.forEach((value, i) => {
        if (value !== liver) return;
        n++;
        const at: Vec3 = [i % ni, Math.floor(i / ni) % nj, Math.floor(i / (ni * nj))];
        voxelToWorld(volume.grid.affine, at).forEach((mm, axis) => {
          centroid[axis] += mm;
        });
      });
      return [n, ...centroid.map((sum) => Math.round((sum / n) * 1e6) / 1e6)];
    });
    for (const order of orders) expect(order).toEqual(orders[0]);
    // The liver is on the patient's right (+x) and the frame is the one that NIfTI writes.
    expect(orders[0][1]).toBeGreaterThan(40);
  });
  it('voxel centres are half a voxel inside the field of view', () => {
    const { grid } = frameOf(phantomGrid());
    expect(voxelToWorld(grid.affine, [0, 0, 0])).toEqual([-166.25, -166.25, -157.5]);
  });
});

describe('seeds', () => {
  const hash = (seed: number) =>
    contentHash(
      phantomCohort({ seed, cases: 3 }).map(({ id, patient, description }) => [id, patient, description]),
    );
  it('one seed gives one cohort, another another', () => {
    expect(hash(11)).toBe(hash(11));
    expect(hash(12)).not.toBe(hash(11));
  });
  it('one seed gives the same voxels', () => {
    const data = () => phantomCohort({ seed: 5, cases: 1 })[0].render().volume.data;
    expect(Buffer.compare(Buffer.from(data().buffer), Buffer.from(data().buffer))).toBe(0);
  });
  it('a case does not depend on how many follow', () => {
    const [few, many] = [2, 5].map((cases) => phantomCohort({ seed: 5, cases })[1].description);
    expect(few).toEqual(many);
  });
  it('lesions find room for any seed', () => {
    for (let seed = 100; seed < 112; seed++)
      for (const { description } of phantomCohort({ seed }))
        expect(description.lesions.length).toBeLessThan(12);
  });
});

describe('the default cohort asks every question with balanced answers', () => {
  const truths = cohort.map(({ truth }) => truth);
  const share = (test: (truth: (typeof truths)[number]) => boolean) => truths.filter(test).length;
  const volume = (id: string) => truths.map(({ structures }) => structures[id].volumeCm3);
  const hu = (truth: (typeof truths)[number], id: string) => truth.structures[id].meanHu ?? Number.NaN;
  const plain = truths.filter(({ phase }) => phase === 'unenhanced');

  it.each([
    'liver_lesion',
    'kidney_lesion',
    'pancreas_lesion',
    'colon_lesion',
    'kidney_tumor',
    'kidney_cyst',
    'pancreas_pdac',
    'pancreas_pnet',
    'pancreas_cyst',
  ])('%s is there in at least four cases and absent from at least three', (id) => {
    const n = share(({ structures }) => structures[id].volumeCm3 > 0);
    expect(n).toBeGreaterThanOrEqual(4);
    expect(n).toBeLessThanOrEqual(13);
  });
  it('spleens of every grade, none within 5 % of a limit', () => {
    const grades = volume('spleen').map((v) => [314.5, 500, 800].filter((limit) => v > limit).length);
    for (const grade of [0, 1, 2, 3])
      expect(grades.filter((g) => g === grade).length).toBeGreaterThanOrEqual(2);
    expect(grades.filter((g) => g === 0).length).toBe(8);
    for (const v of volume('spleen'))
      for (const limit of [314.5, 500]) expect(Math.abs(v / limit - 1)).toBeGreaterThan(0.05);
  });
  it.each([
    ['liver', 1800],
    ['pancreas', 100],
    ['kidney_left', 260],
    ['kidney_right', 260],
  ])('some %s exceed %d cm³, most do not', (id, limit) => {
    const large = volume(id).filter((v) => v > limit).length;
    expect(large).toBeGreaterThanOrEqual(1);
    expect(large).toBeLessThan(8);
  });
  it('unenhanced scans with every grade of hepatic steatosis, attenuation and ratio agreeing', () => {
    const grade = (value: number, limits: readonly number[]) =>
      limits.filter((limit) => value < limit).length;
    const grades = plain.map((t) => [
      grade(hu(t, 'liver'), [58, 51, 39]),
      grade(hu(t, 'liver') / hu(t, 'spleen'), [1, 0.8, 0.5]),
    ]);
    for (const [byHu, byRatio] of grades) expect(byHu).toBe(byRatio);
    expect(new Set(grades.map(([g]) => g))).toEqual(new Set([0, 1, 2, 3]));
    const fatty = plain.filter((t) => hu(t, 'pancreas') / hu(t, 'spleen') < 0.7).length;
    expect([fatty, plain.length]).toEqual([3, 6]);
  });
  it('portal hypertension: large spleens come with and without a large caudate lobe', () => {
    const ratio = truths.map(({ structures: s }) => {
      const right = [5, 6, 7, 8].reduce((sum, n) => sum + s[`liver_segment_${n}`].volumeCm3, 0);
      return s.liver_segment_1.volumeCm3 / right;
    });
    expect(ratio.filter((r) => r > 0.68).length).toBe(4);
    expect(ratio.every((r) => r > 0.68 || r < 0.4)).toBe(true);
  });
  it('adenocarcinomas of T1, T2 and T3 by size, and vessels held by less and by more than half', () => {
    const pdac = truths.flatMap(({ lesions }) => lesions.filter((l) => l.structure === 'pancreas_pdac'));
    const size = (low: number, high: number) =>
      pdac.filter((l) => l.longestAxialDiameterMm > low && l.longestAxialDiameterMm < high).length;
    expect([size(0, 20), size(20, 40), size(40, 99)].every((n) => n > 0)).toBe(true);
    const degrees = truths.flatMap(({ lesions }) => lesions.flatMap((l) => Object.values(l.vesselDegrees)));
    expect(degrees.filter((d) => d > 0 && d < 150).length).toBeGreaterThanOrEqual(2);
    expect(degrees.filter((d) => d > 210).length).toBeGreaterThanOrEqual(3);
    expect(
      pdac.filter((l) => Object.values(l.vesselDegrees).every((d) => d === 0)).length,
    ).toBeGreaterThanOrEqual(2);
  });
  it('pancreatic cysts over and under 3 cm, over and under 14.5 HU', () => {
    const cysts = truths.flatMap(({ lesions }) => lesions.filter((l) => l.structure === 'pancreas_cyst'));
    expect(cysts.filter((l) => l.longestAxialDiameterMm > 36 && l.volumeCm3 > 3.3).length).toBe(2);
    expect(cysts.filter((l) => l.longestAxialDiameterMm < 25 && l.volumeCm3 < 2.7).length).toBe(2);
    expect(cysts.filter((l) => l.meanHu > 20).length).toBe(2);
  });
  it('renal masses of every attenuation class on unenhanced scans', () => {
    const classes = plain.flatMap(({ lesions }) => {
      const [largest] = lesions.filter((l) => l.organ.startsWith('kidney'));
      return largest === undefined ? [] : [largest.meanHu < 20 ? 0 : largest.meanHu < 70 ? 1 : 2];
    });
    expect(new Set(classes)).toEqual(new Set([0, 1, 2]));
  });
  it('kidneys that tie, and kidneys that differ by more than a tenth', () => {
    const difference = truths.map(({ structures: s }) =>
      Math.abs(s.kidney_left.volumeCm3 / s.kidney_right.volumeCm3 - 1),
    );
    expect(difference.filter((d) => d < 1e-9).length).toBeGreaterThanOrEqual(4);
    expect(difference.filter((d) => d > 0.1).length).toBeGreaterThanOrEqual(6);
  });
  it('kidneys with more lesions on the left, on the right, and alike', () => {
    const burden = truths
      .map(({ lesions }) =>
        ['kidney_left', 'kidney_right'].map((side) =>
          lesions.filter((l) => l.organ === side).reduce((sum, l) => sum + l.volumeCm3, 0),
        ),
      )
      .filter(([left, right]) => left + right > 0);
    const factor = burden.map(([left, right]) => (left + 0.01) / (right + 0.01));
    expect(factor.filter((f) => f > 2).length).toBeGreaterThanOrEqual(3);
    expect(factor.filter((f) => f < 0.5).length).toBeGreaterThanOrEqual(3);
    expect(factor.filter((f) => Math.abs(f - 1) < 1e-6).length).toBe(1);
  });
  it('liver lesions that are outliers or not, clustered highly, somewhat or not', () => {
    const livers = truths.map(({ lesions }) => lesions.filter((l) => l.organ === 'liver'));
    const three = livers.filter((lesions) => lesions.length >= 3);
    const outlier = three.map(([first, second]) => first.volumeCm3 / second.volumeCm3);
    expect(outlier.filter((r) => r > 3.3).length).toBeGreaterThanOrEqual(2);
    expect(outlier.filter((r) => r < 2.7).length).toBeGreaterThanOrEqual(2);
    const clustering = three.map((lesions) => {
      const counts = new Map<string, number>();
      for (const { location } of lesions)
        counts.set(location[0].structure, (counts.get(location[0].structure) ?? 0) + 1);
      const [first, second = 0] = [...counts.values()].sort((a, b) => b - a);
      return first / lesions.length > 0.5 ? 2 : (first + second) / lesions.length >= 0.75 ? 1 : 0;
    });
    expect(new Set(clustering)).toEqual(new Set([0, 1, 2]));
    const sizes = new Set(livers.map((lesions) => lesions.length));
    for (const n of [0, 1, 2, 3, 6]) expect(sizes).toContain(n);
  });
  it('largest lesions darker, brighter and as bright as their organ', () => {
    const signs = truths.flatMap((t) =>
      ['liver', 'kidney', 'pancreas'].flatMap((family) => {
        const [largest] = t.lesions.filter((l) => l.organ.startsWith(family));
        return largest === undefined ? [] : [Math.sign(largest.meanHu - hu(t, largest.organ))];
      }),
    );
    for (const sign of [-1, 0, 1]) expect(signs).toContain(sign);
  });
  it('pancreatic lesions against four different organs', () => {
    const touched = truths.flatMap(({ lesions }) => lesions.flatMap((l) => l.adjacent));
    for (const organ of ['duodenum', 'colon', 'stomach', 'small_bowel']) expect(touched).toContain(organ);
  });
  it('fourteen patients, two of them with a second examination', () => {
    expect(new Set(cohort.map(({ patient }) => patient)).size).toBe(14);
    for (const phase of ['unenhanced', 'arterial', 'portal-venous', 'delayed'])
      expect(truths.map((t) => t.phase)).toContain(phase);
  });
});

describe('patients with the same findings', () => {
  it('share no attenuation and no size to the digit', () => {
    const cohort = phantomCohort({ seed: 3, cases: 48 });
    for (const id of ['liver', 'spleen', 'pancreas', 'kidney_left']) {
      const means = cohort.map(({ truth }) => truth.structures[id].meanHu?.toFixed(1));
      // 48 draws from 5 to 60 tenths per phase: most differ, whereas sixteen recipes alone gave under ten values.
      expect(new Set(means).size).toBeGreaterThan(30);
    }
    const lesions = cohort.flatMap(({ truth }) =>
      truth.lesions.map((l) => l.longestAxialDiameterMm.toFixed(2)),
    );
    expect(new Set(lesions).size).toBeGreaterThan(lesions.length / 2);
  });
  it('keep an isoattenuating lesion as bright as its organ', () => {
    const [phantom] = phantomCohort({ seed: 11, cases: 9 }).slice(8);
    const tumor = phantom.truth.lesions.find(({ structure }) => structure === 'liver_tumor');
    expect(tumor?.meanHu).toBe(phantom.truth.structures.liver.meanHu);
  });
});

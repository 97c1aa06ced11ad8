import { describe, expect, test } from 'vitest';
import { random } from '../../domain/random.ts';
import { auroc } from '../classification/ranking.ts';
import { clusterTable, linearise } from './clusters.ts';
import { jackknifeAuc, jackknifeMean, type RatedTruth } from './jackknife.ts';
import { compareReadings, type Jackknifed, testDifferences } from './mrmc.ts';

/** Two ways of reading, four readers, eleven patients with two to five questions each, from a plain generator. */
function example() {
  let state = 42;
  const next = (): number => {
    state = (Math.imul(1103515245, state) + 12345) & 0x7fffffff;
    return state / 2147483648;
  };
  const patients = 11;
  const patient = Array.from({ length: patients }, (_, k) =>
    Array.from({ length: 2 + ((k * 7) % 4) }, () => k),
  ).flat();
  const hard = [0, 1].map(() => patient.map(next));
  const truth = patient.map(() => next() < 0.5);
  const means: Jackknifed[][] = [];
  const areas: Jackknifed[][] = [];
  for (const i of [0, 1]) {
    means.push([]);
    areas.push([]);
    for (let j = 0; j < 4; j++) {
      const items: RatedTruth[] = [];
      const scores = patient.map((own, q) => {
        const right = next() < 1.0 - 0.9 * hard[i][q] + 0.08 * i + 0.05 * j;
        const yes = truth[q] ? 1 : 0;
        const said = 0.3 * yes + 0.3 * next() + 0.6 * hard[i][q] + 0.1 * i * yes + 0.02 * j;
        items.push({ rating: Math.floor(10 * said) / 10, positive: truth[q], patient: own });
        return right ? 1 : 0;
      });
      means[i].push(jackknifeMean(scores, patient, patients));
      areas[i].push(jackknifeAuc(items, patients));
    }
  }
  return { means, areas };
}

describe('readers and cases', () => {
  // Van Dyke's aortic dissections, two kinds of imaging, five readers, 114 patients: the figures of merit (empirical
  // area under the curve) and covariances that are printed in the literature, and what follows from them there.
  const first = [0.9196457, 0.8587762, 0.9038647, 0.9731079, 0.8297907];
  const second = [0.9478261, 0.905314, 0.9217391, 0.9993559, 0.9299517];
  const [total, cov1, cov2, cov3] = [8.0228827e-4, 3.4661371e-4, 3.4407483e-4, 2.3902837e-4];

  test('the published comparison of cine and spin-echo imaging comes out as published', () => {
    const found = testDifferences(
      first.map((value, j) => value - second[j]),
      { variance: 2 * (total - cov1), covariance: 2 * (cov2 - cov3), patients: 114 },
    );
    expect(found.difference).toBeCloseTo(-0.0438, 4);
    const { randomReadersRandomCases, fixedReadersRandomCases, randomReadersFixedCases } = found;
    expect((randomReadersRandomCases?.statistic ?? 0) ** 2).toBeCloseTo(4.456, 3);
    expect(randomReadersRandomCases?.df).toBeCloseTo(15.26, 2);
    expect(randomReadersRandomCases?.p).toBeCloseTo(0.05167, 5);
    expect(randomReadersRandomCases?.ci95[0]).toBeCloseTo(-0.0879595, 6);
    expect(randomReadersRandomCases?.ci95[1]).toBeCloseTo(0.0003589, 6);
    // Printed with a normal test; the error and its ratio are the same.
    expect(fixedReadersRandomCases?.standardError).toBeCloseTo(0.01872, 5);
    expect(fixedReadersRandomCases?.statistic).toBeCloseTo(-2.34, 3);
    expect(randomReadersFixedCases).toMatchObject({ df: 4 });
    expect((randomReadersFixedCases?.statistic ?? 0) ** 2).toBeCloseTo(8.704, 3);
    expect(randomReadersFixedCases?.p).toBeCloseTo(0.04196, 5);
    expect(randomReadersFixedCases?.ci95[0]).toBeCloseTo(-0.08502, 5);
    expect(randomReadersFixedCases?.ci95[1]).toBeCloseTo(-0.00258, 5);
  });

  test('one way of reading by itself has its published error and degrees of freedom', () => {
    const one = testDifferences(first, { variance: 0.0010141, covariance: 0.000484, patients: 114 });
    expect(one.randomReadersRandomCases?.standardError).toBeCloseTo(0.03317, 5);
    expect(one.randomReadersRandomCases?.df).toBeCloseTo(12.74, 1);
    expect(one.fixedReadersRandomCases?.standardError).toBeCloseTo(0.02429, 5);
    expect(one.randomReadersFixedCases?.standardError).toBeCloseTo(0.02483, 5);
  });

  // The expected values below come from NumPy: the whole covariance matrix of all figures of merit, its means over
  // equal and unequal readers and ways of reading, and the two-way analysis of variance, as the papers write them.
  const { means, areas } = example();

  test('means over questions of unequal patients agree with the analysis of variance written out', () => {
    const found = compareReadings(means[0], means[1]);
    expect(found.difference).toBeCloseTo(-0.23076923076923084, 12);
    const { randomReadersRandomCases: random, fixedReadersRandomCases: fixed } = found;
    expect(random?.standardError).toBeCloseTo(0.05306077793866668, 12);
    expect(random?.df).toBeCloseTo(30.94543996466372, 8);
    expect(random?.p).toBeCloseTo(0.0001376519806490787, 12);
    expect(fixed?.standardError).toBeCloseTo(0.0700572069773498, 12);
    expect(fixed?.p).toBeCloseTo(0.008094974948492272, 10);
    expect(found.randomReadersFixedCases?.p).toBeCloseTo(0.0043953756918165485, 10);
  });

  test('so do areas under the curve', () => {
    expect(areas[0].map(({ value }) => value)).toEqual(
      [0.9130434782608695, 0.90625, 0.8885869565217391, 0.8614130434782609].map((one) =>
        expect.closeTo(one, 12),
      ),
    );
    const found = compareReadings(areas[0], areas[1]);
    const { randomReadersRandomCases: random, fixedReadersRandomCases: fixed } = found;
    expect(found.difference).toBeCloseTo(0.008831521739130488, 12);
    expect(random?.standardError).toBeCloseTo(0.048333300712399954, 12);
    expect(random?.p).toBeCloseTo(0.8553250627245431, 10);
    expect(fixed?.standardError).toBeCloseTo(0.04916247786946064, 12);
    expect(found.randomReadersFixedCases?.standardError).toBeCloseTo(0.01921886086296987, 12);
  });

  test('people against one model: only the people vary between readers', () => {
    const model = means[1][0];
    const found = compareReadings(
      means[0],
      means[0].map(() => model),
    );
    expect(found.difference).toBeCloseTo(-0.0961538461538462, 12);
    expect(found.randomReadersRandomCases?.standardError).toBeCloseTo(0.09374523475760464, 12);
    expect(found.randomReadersRandomCases?.df).toBeCloseTo(219.55151319198237, 6);
    expect(found.fixedReadersRandomCases?.standardError).toBeCloseTo(0.09515760472468815, 12);
  });

  test('with one reader it is the paired test clustered by patient', () => {
    const draw = random('one reader');
    const patients = 25;
    const patient = Array.from({ length: patients * 4 }, (_, i) => i % patients);
    const [a, b] = [0, 1].map(() => patient.map(() => (draw.next() < 0.6 ? 1 : 0)));
    const found = compareReadings(
      [jackknifeMean(a, patient, patients)],
      [jackknifeMean(b, patient, patients)],
    );
    const difference = a.map((value, i) => value - b[i]);
    const group = patient.map(() => 0);
    const clustered = linearise(clusterTable(patient, group, difference, patients, 1), {
      groups: [0],
      macro: false,
    });
    expect(found.difference).toBeCloseTo(clustered.value, 12);
    expect(found.fixedReadersRandomCases?.standardError).toBeCloseTo(Math.sqrt(clustered.variance), 12);
    expect(found.fixedReadersRandomCases?.df).toBe(patients - 1);
    expect(found.randomReadersRandomCases).toBeNull();
    expect(found.randomReadersFixedCases).toBeNull();
  });

  test('readers who differ in nothing are not tested', () => {
    const same = compareReadings(means[0], means[0]);
    expect(same).toMatchObject({
      difference: 0,
      randomReadersRandomCases: null,
      fixedReadersRandomCases: null,
    });
  });

  test('of studies without a difference about one in twenty is called significant', () => {
    const draw = random('type one error');
    const [studies, readers, patients] = [1500, 4, 30];
    const patient = Array.from({ length: patients }, (_, k) => k);
    const wrong = { random: 0, fixed: 0 };
    for (let s = 0; s < studies; s++) {
      const sizes = (count: number, sd: number) => Array.from({ length: count }, () => sd * draw.normal());
      const reader = sizes(readers, 0.5);
      const inCase = sizes(patients, 1);
      const arms = [0, 1].map(() => {
        const withArm = sizes(patients, 0.7);
        const byReader = sizes(readers, 0.25);
        return reader.map((own, j) => {
          const scores = patient.map((k) => own + byReader[j] + inCase[k] + withArm[k] + 0.8 * draw.normal());
          return jackknifeMean(scores, patient, patients);
        });
      });
      const found = compareReadings(arms[0], arms[1]);
      if ((found.randomReadersRandomCases?.p ?? 1) < 0.05) wrong.random++;
      if ((found.fixedReadersRandomCases?.p ?? 1) < 0.05) wrong.fixed++;
    }
    // Two binomial standard errors are 1.1 points. Readers do vary: tested as if they did not, more is significant.
    expect(wrong.random / studies).toBeGreaterThan(0.03);
    expect(wrong.random / studies).toBeLessThan(0.065);
    expect(wrong.fixed).toBeGreaterThan(wrong.random);
  });
});

describe('the area under the curve without a patient', () => {
  test('is what it is when that patient is left out and everything counted anew', () => {
    const draw = random('areas');
    const items = Array.from({ length: 60 }, () => ({
      rating: draw.int(6),
      positive: draw.next() < 0.4,
      patient: draw.int(9),
    }));
    const { value, without } = jackknifeAuc(items, 9);
    const counted = (kept: typeof items) =>
      auroc(kept.map(({ rating, positive }) => ({ score: rating, positive })));
    expect(value).toBeCloseTo(counted(items) ?? -1, 12);
    for (let k = 0; k < 9; k++)
      expect(without[k]).toBeCloseTo(counted(items.filter(({ patient }) => patient !== k)) ?? -1, 12);
  });
});

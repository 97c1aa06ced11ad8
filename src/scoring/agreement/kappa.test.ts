import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agreementShare, cohenKappa, fleissKappa, pooledFleiss, pooledKappa } from './kappa.ts';
import { krippendorff, pooledKrippendorff } from './krippendorff.ts';

const pairsOf = (counts: readonly (readonly number[])[]): [string, string][] =>
  counts.flatMap((row, a) =>
    row.flatMap((count, b) => Array.from({ length: count }, (): [string, string] => [String(a), String(b)])),
  );

describe('Cohen’s kappa', () => {
  test('of two who both say yes to 20 and no to 15 of 50 is 0.4', () => {
    const pairs = pairsOf([
      [20, 5],
      [10, 15],
    ]);
    expect(agreementShare(pairs)).toBeCloseTo(0.7, 12);
    expect(cohenKappa(pairs)).toBeCloseTo(0.4, 12);
  });

  test('with weights counts how far apart the numbers are (values from NumPy)', () => {
    const a = [1, 2, 3, 3, 2, 1, 4, 4, 2, 3, 1, 5];
    const b = [1, 3, 3, 2, 2, 2, 4, 5, 2, 4, 1, 4];
    const pairs = a.map((value, i): [number, number] => [value, b[i]]);
    expect(cohenKappa(pairs)).toBeCloseTo(0.36283185840707965, 12);
    expect(cohenKappa(pairs, { weights: 'linear' })).toBeCloseTo(0.6435643564356435, 12);
    expect(cohenKappa(pairs, { weights: 'quadratic' })).toBeCloseTo(0.84, 12);
  });

  test('has no meaning where both always said the same one thing', () => {
    expect(cohenKappa([['a', 'a']])).toBeNull();
    expect(cohenKappa([])).toBeNull();
  });

  test('is never above 1, and 1 only for full agreement', () => {
    const value = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 40 }), (pairs) => {
        for (const weights of ['none', 'linear', 'quadratic'] as const) {
          const kappa = cohenKappa(pairs, { weights });
          if (kappa === null) continue;
          expect(kappa).toBeLessThanOrEqual(1 + 1e-12);
          expect(kappa > 1 - 1e-12).toBe(pairs.every(([a, b]) => a === b));
        }
      }),
    );
  });
});

describe('Fleiss’ kappa', () => {
  // Fourteen raters, ten units, five categories: a widely used worked example.
  const table = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
  ];
  const units = table.map((counts) => counts.flatMap((count, k) => Array.from({ length: count }, () => k)));

  test('of the worked example is 0.210', () => {
    expect(fleissKappa(units)).toBeCloseTo(0.21, 3);
  });

  test('lies below Krippendorff’s alpha by the correction for few ratings', () => {
    // With nothing missing alpha = kappa + (1 − kappa) / (all ratings).
    const kappa = fleissKappa(units) ?? Number.NaN;
    expect(krippendorff(units, 'nominal')).toBeCloseTo(kappa + (1 - kappa) / (10 * 14), 12);
  });

  test('wants as many raters for every unit', () => {
    expect(fleissKappa([[1, 2], [1]])).toBeNull();
    expect(fleissKappa([[1], [2]])).toBeNull();
    expect(fleissKappa([])).toBeNull();
  });
});

describe('over kinds of question', () => {
  const rare = pairsOf([
    [90, 5],
    [5, 0],
  ]);
  const even = pairsOf([
    [40, 10],
    [10, 40],
  ]);

  test('chance is that of each kind: a rare finding is not made up for by another kind’s margins', () => {
    // Of 100 pairs each: 10 and 20 disagree; 2 · 95 · 5 / 100 = 9.5 and 2 · 50 · 50 / 100 = 50 are expected to.
    expect(pooledKappa([rare, even])).toBeCloseTo(1 - 30 / 59.5, 12);
    expect(pooledKappa([rare, even])).toBeLessThan(cohenKappa([...rare, ...even]) ?? 0);
    expect(pooledKappa([even, []])).toBeCloseTo(0.6, 12);
  });

  test('the kappas and alpha of one kind are those without kinds', () => {
    const units = even.map((pair) => [...pair]);
    expect(pooledFleiss([units, []])).toBeCloseTo(fleissKappa(units) ?? Number.NaN, 12);
    expect(pooledKrippendorff([units, []], 'nominal')).toBeCloseTo(
      krippendorff(units, 'nominal') ?? Number.NaN,
      12,
    );
  });

  test('Fleiss’ kappa over kinds adds up what is above chance and what could be', () => {
    const [a, b] = [rare, even].map((pairs) => pairs.map((pair) => [...pair]));
    // Margins 5 % and 50 %: chance agreement 0.905 and 0.5; observed 0.9 and 0.8.
    expect(pooledFleiss([a, b])).toBeCloseTo((0.9 - 0.905 + (0.8 - 0.5)) / (0.095 + 0.5), 12);
  });
});

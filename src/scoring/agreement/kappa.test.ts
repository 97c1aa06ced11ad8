import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agreementShare, cohenKappa, fleissKappa } from './kappa.ts';
import { krippendorff } from './krippendorff.ts';

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

import { describe, expect, it } from 'vitest';
import { metricContract } from '../metric.contract.ts';
import interval from '../metrics/krippendorff-alpha-interval.ts';
import nominal from '../metrics/krippendorff-alpha-nominal.ts';
import ordinal from '../metrics/krippendorff-alpha-ordinal.ts';
import ratio from '../metrics/krippendorff-alpha-ratio.ts';
import { krippendorff } from './krippendorff.ts';

// Krippendorff 2011, section C: four observers, twelve units, gaps.
const OBSERVERS = ['123321412...', '1233224125.3', '.3332342251.', '12332441251.'];
const worked = Array.from({ length: 12 }, (_, unit) =>
  OBSERVERS.map((row) => (row[unit] === '.' ? null : Number(row[unit]))),
);
const perfect = [
  [1, 1, 1],
  [2, 2, null],
  [4, 4, 4],
];

describe('Krippendorff’s alpha', () => {
  it.each([
    [nominal, 0.743],
    [ordinal, 0.815],
    [interval, 0.849],
    [ratio, 0.797],
  ] as const)('has the published value of the worked example: %o', (metric, expected) => {
    expect(metric.of(worked.map((unit) => metric.item(unit)))).toBeCloseTo(expected, 3);
  });

  it('of two observers who agree on five 0s and one 1 and differ four times is 0.095, as in the same paper', () => {
    const [a, b] = ['0100000000', '1110010010'];
    const units = [...a].map((value, at) => [value, b[at]]);
    expect(krippendorff(units, 'nominal')).toBeCloseTo(0.095, 3);
  });

  it('does not depend on the names of nominal values', () => {
    const named = worked.map((unit) => unit.filter((v) => v !== null).map((v) => `grade ${v}`));
    expect(krippendorff(named, 'nominal')).toBeCloseTo(0.743, 3);
  });

  it('has no value when one answer is all that anyone gave', () => {
    expect(
      krippendorff(
        [
          ['a', 'a'],
          ['a', 'a'],
        ],
        'nominal',
      ),
    ).toBeNull();
    expect(krippendorff([['a'], ['b']], 'nominal')).toBeNull();
  });
});

for (const metric of [nominal, ordinal, interval, ratio]) metricContract(metric, { inputs: worked, perfect });

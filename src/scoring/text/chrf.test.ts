import { describe, expect, it } from 'vitest';
import chrf from '../metrics/chrf.ts';
import chrfPlusPlus from '../metrics/chrf-plus-plus.ts';

const PAIRS = [
  {
    prediction: 'the heart is mildly enlarged without pleural effusion',
    references: ['the heart is enlarged with no pleural effusion'],
  },
  { prediction: 'no acute disease', references: ['no acute cardiopulmonary disease'] },
  { prediction: 'lungs are clear', references: ['the lungs are clear bilaterally'] },
];

describe('chrF', () => {
  it('is what sacrebleu 2.6.0 computes', () => {
    expect(chrf.of(PAIRS.map((pair) => chrf.item(pair)))).toBeCloseTo(0.5861233923353162, 12);
    expect(chrfPlusPlus.of(PAIRS.map((pair) => chrfPlusPlus.item(pair)))).toBeCloseTo(0.5871223806996706, 12);
  });
  it('counts recall four times: of "ab" against "abcd" precision is 1 and recall the mean of 2/4 and 1/3', () => {
    const value = chrf.of([chrf.item({ prediction: 'ab', references: ['abcd'] })]);
    const recall = (2 / 4 + 1 / 3) / 2;
    expect(value).toBeCloseTo((5 * recall) / (4 + recall), 12);
  });
});

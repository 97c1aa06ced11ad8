import { describe, expect, it } from 'vitest';
import { bleuItem, brevityPenalty, corpusBleu } from './bleu.ts';

const PREDICTIONS = [
  'the heart is mildly enlarged without pleural effusion',
  'no acute disease',
  'lungs are clear',
];
const REFERENCES = [
  ['the heart is enlarged with no pleural effusion', 'mild enlargement of the heart, no effusion'],
  ['no acute cardiopulmonary disease'],
  ['the lungs are clear bilaterally'],
];
const items = PREDICTIONS.map((prediction, at) =>
  bleuItem({ prediction, references: REFERENCES[at] }, 'whitespace'),
);
const first = PREDICTIONS.map((prediction, at) =>
  bleuItem({ prediction, references: REFERENCES[at].slice(0, 1) }, '13a'),
);

describe('BLEU', () => {
  it('clips: seven times "the" matches a reference with two of them twice (Papineni et al., example 2)', () => {
    const item = bleuItem(
      { prediction: 'the the the the the the the', references: ['the cat is on the mat'] },
      'whitespace',
    );
    expect([item.matches[0], item.totals[0]]).toEqual([2, 7]);
  });
  it('takes the closest reference length, the shorter of two (Papineni et al., section 2.2.2)', () => {
    const item = bleuItem(
      { prediction: 'a b c', references: ['a b c d', 'a b', 'a b c d e f'] },
      'whitespace',
    );
    expect(item.referenceLength).toBe(2);
  });
  it('is penalised by exp(1 − r/c)', () => {
    expect(brevityPenalty([{ matches: [], totals: [], length: 5, referenceLength: 10 }])).toBeCloseTo(
      Math.exp(-1),
      15,
    );
  });
  // Computed with NLTK 3.8, nltk.translate.bleu_score.corpus_bleu.
  it.each([
    [1, 0.6918152117189051],
    [2, 0.5518776223172304],
    [3, 0.3946276320177428],
  ] as const)('of order %i is what NLTK computes', (order, value) => {
    expect(corpusBleu(items, { order })).toBeCloseTo(value, 12);
  });
  it('smoothed by methods 1 and 4 is what NLTK computes', () => {
    expect(corpusBleu(items, { smoothing: 'method-1' })).toBeCloseTo(0.16315497941649604, 12);
    expect(corpusBleu(items, { smoothing: 'method-4' })).toBeCloseTo(0.2079517306056006, 12);
  });
  it('without a common run of four is zero when it is not smoothed', () => {
    expect(corpusBleu(items)).toBe(0);
  });
  it('smoothed exponentially is what sacrebleu 2.6.0 computes', () => {
    expect(corpusBleu(first, { smoothing: 'exp' })).toBeCloseTo(0.265384065443157, 12);
  });
  it('of one word that is right is 1 by method 4, as NLTK computes', () => {
    const item = bleuItem({ prediction: 'clear', references: ['clear'] }, 'whitespace');
    expect(corpusBleu([item], { smoothing: 'method-4' })).toBe(1);
  });
  it('of a corpus too short for four-grams is zero in sacrebleu and above zero in NLTK', () => {
    const pair = { prediction: 'clear lungs', references: ['lungs are clear'] };
    expect(corpusBleu([bleuItem(pair, '13a')], { smoothing: 'exp' })).toBe(0);
    expect(corpusBleu([bleuItem(pair, 'whitespace')], { smoothing: 'method-4' })).toBeCloseTo(
      0.04871911135426937,
      12,
    );
  });
});

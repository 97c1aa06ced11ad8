import { describe, expect, it } from 'vitest';
import { meteorOf } from './meteor.ts';
import { porterStem } from './porter.ts';

const words = (text: string) => text.split(' ');

describe('METEOR without synonyms', () => {
  // Computed with NLTK 3.8, a WordNet without entries and its stemmer in Martin Porter's mode.
  it.each([
    [
      'the heart is mildly enlarged without pleural effusion',
      'the heart is enlarged with no pleural effusion',
      0.703125,
    ],
    ['no acute disease', 'no acute cardiopulmonary disease', 0.6552706552706553],
    ['lungs are clear', 'the lungs are clear bilaterally', 0.6134259259259259],
  ])('of "%s" is what NLTK computes', (prediction, reference, value) => {
    expect(meteorOf(words(prediction), words(reference))).toBeCloseTo(value, 12);
  });
  it('of m equal words in one piece is 1 − 0.5/m³', () => {
    expect(meteorOf(words('a b c d'), words('a b c d'))).toBeCloseTo(1 - 0.5 / 64, 15);
  });
  it('matches words of one stem', () => {
    expect(meteorOf(['opacities'], ['opacity'])).toBe(0.5);
  });
});

describe('Porter’s stems', () => {
  // Examples of the paper, section by section.
  it.each([
    ['caresses', 'caress'],
    ['ponies', 'poni'],
    ['agreed', 'agre'],
    ['plastered', 'plaster'],
    ['motoring', 'motor'],
    ['sing', 'sing'],
    ['hopping', 'hop'],
    ['falling', 'fall'],
    ['filing', 'file'],
    ['happy', 'happi'],
    ['relational', 'relat'],
    ['vietnamization', 'vietnam'],
    ['triplicate', 'triplic'],
    ['electrical', 'electr'],
    ['adoption', 'adopt'],
    ['controll', 'control'],
    ['cease', 'ceas'],
    ['generalizations', 'gener'],
  ])('%s becomes %s', (word, stem) => {
    expect(porterStem(word)).toBe(stem);
  });
});

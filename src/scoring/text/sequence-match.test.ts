import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sequenceRatio } from './sequence-match.ts';

describe('likeness by common blocks', () => {
  // Expected values: difflib.SequenceMatcher(None, a, b).ratio() of CPython 3.
  it.each([
    ['abcd', 'bcde', 0.75],
    ['', '', 1.0],
    ['a', '', 0.0],
    ['Glioma', 'The picture shows a glioma of the brain', 0.2222222222222222],
    ['no', 'nothing normal', 0.25],
    ['lower effusion pneumonia the', 'sign left picture', 0.26666666666666666],
    ['mass a effusion of', 'left and a left the in no lower mass and mass shows', 0.2608695652173913],
  ])('%j and %j', (a, b, ratio) => {
    expect(sequenceRatio(a, b)).toBeCloseTo(ratio, 15);
  });

  it('frequent characters of a long text are not matched by themselves', () => {
    const long = 'mass in the lobe '.repeat(20);
    expect(sequenceRatio('mass', long)).toBe(0.023255813953488372);
    expect(sequenceRatio('zq mass', `zq ${long}`)).toBeCloseTo(0.04, 15);
    // The other way round the long text is the first, and every character counts.
    expect(sequenceRatio(long, 'mass')).toBeCloseTo(0.023255813953488372, 15);
  });

  it('a text is wholly like itself, and no ratio leaves 0 to 1', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (a, b) => {
        expect(sequenceRatio(a, a)).toBe(1);
        const ratio = sequenceRatio(a, b);
        expect(ratio).toBeGreaterThanOrEqual(0);
        expect(ratio).toBeLessThanOrEqual(1);
      }),
    );
  });
});

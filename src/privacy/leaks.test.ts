// Leaks: exact, up to spelling, and near.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leakOf, leakOfAny, nearestDistance } from './leaks.ts';

describe('leaks', () => {
  it.each([
    ['MRN-88121045', 'record MRN-88121045 of', [true, true, true]],
    ['412 Larkspur Lane', '412 Larkspur\nLane', [true, true, true]],
    ['MRN-88121045', 'mrn 8812 1O45', [false, true, true]],
    ['MRN-88121045', 'MRN-88121999', [false, false, false]],
    ['MRN-88121045', 'MRN-88127045', [false, false, true]],
    ['Zelda Quillby', 'Zelda was here', [false, false, false]],
    ['MRN-88121045', '', [false, false, false]],
  ] as const)('of %s in "%s"', (value, text, [exact, normalised, near]) => {
    expect(leakOf(value, text)).toEqual({ exact, normalised, near });
  });
  it('of an address on two lines is that of either', () => {
    expect(leakOfAny(['412 Larkspur Lane', 'Eldermoor, OR 97123'], 'to Eldermoor, OR 97123').exact).toBe(
      true,
    );
  });
  it('the nearest stretch is never farther than any stretch is', () => {
    // Levenshtein's distance, straight from its recursion.
    const plain = (a: string, b: string): number => {
      if (a === '' || b === '') return Math.max(a.length, b.length);
      const swap = plain(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1);
      return Math.min(swap, plain(a.slice(1), b) + 1, plain(a, b.slice(1)) + 1);
    };
    const short = fc.string({ maxLength: 4, unit: fc.constantFrom('a', 'b') });
    fc.assert(
      fc.property(short, short, (a, b) => {
        const stretches: string[] = [];
        for (let i = 0; i <= b.length; i++) for (let j = i; j <= b.length; j++) stretches.push(b.slice(i, j));
        expect(nearestDistance(a, b)).toBe(Math.min(...stretches.map((s) => plain(a, s))));
      }),
    );
  });
});

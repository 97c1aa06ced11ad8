import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanAt, ndcgAt, type RankedAnswer, recallAt, reciprocalRankAt } from './ranking.ts';

const answer = (returned: string, relevant: Record<string, number>): RankedAnswer => ({
  returned: [...returned],
  relevant: new Map(Object.entries(relevant)),
});

describe('the first k results', () => {
  it('have the discounted gain of the worked example that textbooks give (0.785)', () => {
    // Grades 3, 2, 3, 0, 1, 2 as returned, two further documents of grades 3 and 2: DCG 6.861, ideal 8.740.
    const example = answer('abcdef', { a: 3, b: 2, c: 3, e: 1, f: 2, g: 3, h: 2 });
    expect(ndcgAt(example, 6)).toBeCloseTo(6.861 / 8.74, 3);
  });
  it('have the recall and reciprocal rank of their definition', () => {
    const one = answer('abcd', { c: 1, x: 1 });
    expect([1, 2, 3, 4].map((k) => recallAt(one, k))).toEqual([0, 0, 0.5, 0.5]);
    expect([2, 3].map((k) => reciprocalRankAt(one, k))).toEqual([0, 1 / 3]);
    expect(ndcgAt(answer('ab', { b: 1 }), 2)).toBeCloseTo(1 / Math.log2(3), 12);
  });
  it('are worth the same by recall and reciprocal rank at k = 1 where one thing is relevant', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...'abcde'), { minLength: 1 }), (returned) => {
        const one = { returned, relevant: new Map([['a', 1]]) };
        expect(recallAt(one, 1)).toBe(reciprocalRankAt(one, 1));
        expect(ndcgAt(one, 1)).toBe(recallAt(one, 1));
      }),
    );
  });
  it('say nothing of a query without anything relevant, and are not averaged over it', () => {
    const none = answer('ab', {});
    expect([recallAt(none, 2), reciprocalRankAt(none, 2), ndcgAt(none, 2)]).toEqual([null, null, null]);
    expect(meanAt(recallAt, [none, answer('ab', { a: 1 })], 1)).toBe(1);
    expect(meanAt(recallAt, [none], 1)).toBeNull();
  });
  it('want a k of at least 1', () => {
    expect(() => recallAt(answer('a', { a: 1 }), 0)).toThrow(/from 1/);
  });
});

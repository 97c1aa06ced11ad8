import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commonLength, rougeItem } from './rouge.ts';

// The worked example of Google's rouge_score package.
const FOX = {
  prediction: 'The quick brown dog jumps on the log.',
  references: ['The quick brown fox jumps over the lazy dog'],
};

/** By definition: drop words of `a` in every way, the longest rest that is a subsequence of `b`. */
function commonByDefinition(a: readonly string[], b: readonly string[]): number {
  let best = 0;
  for (let kept = 0; kept < 2 ** a.length; kept++) {
    const part = a.filter((_, at) => (kept >> at) & 1);
    let found = 0;
    for (const word of b) if (word === part[found]) found++;
    if (found === part.length) best = Math.max(best, found);
  }
  return best;
}

describe('ROUGE', () => {
  it('is rouge_score’s on its own example', () => {
    const one = rougeItem(FOX, 1, 'ascii');
    expect([one.precision, one.recall]).toEqual([6 / 8, 6 / 9]);
    expect(one.f1).toBeCloseTo(0.7058823529411765, 15);
    const longest = rougeItem(FOX, 'l', 'ascii');
    expect([longest.precision, longest.recall]).toEqual([5 / 8, 5 / 9]);
    expect(longest.f1).toBeCloseTo(0.5882352941176471, 15);
  });
  it('of pairs of words counts runs of two', () => {
    expect(rougeItem({ prediction: 'a b c', references: ['a b d c'] }, 2, 'unicode').f1).toBeCloseTo(
      2 / 5,
      15,
    );
  });
  it('takes the best of several references', () => {
    expect(rougeItem({ prediction: 'clear', references: ['opaque', 'clear'] }, 1, 'unicode').f1).toBe(1);
  });
  it('is 0 for two empty texts, as in rouge_score', () => {
    expect(rougeItem({ prediction: '', references: [''] }, 1, 'ascii').f1).toBe(0);
  });
  it('finds the longest common subsequence', () => {
    const words = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
    fc.assert(
      fc.property(words, words, (a, b) => {
        expect(commonLength(a, b)).toBe(commonByDefinition(a, b));
      }),
    );
  });
});
